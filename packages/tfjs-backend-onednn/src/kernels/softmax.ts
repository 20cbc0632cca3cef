import { Softmax, type SoftmaxAttrs, util } from '@tensorflow/tfjs-core';
import { floatValues } from '../loops/float-values.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';

/**
 * exp(x) divided by its sum along the last axis; a row with NaN or Infinity is NaN, as on tfjs's cpu backend.
 */
export const softmax: NativeKernel = nativeKernel<Inputs<'logits'>, SoftmaxAttrs>(
  Softmax,
  ({ logits }, { dim }, backend) => {
    const { shape } = logits;
    const last = shape.length - 1;
    const length = util.sizeFromShape(shape);
    if (!allFloat32(logits) || length === 0 || last < 0 || (dim !== -1 && dim !== last)) return undefined;
    const columns = shape[last] ?? 1;
    return backend.compute(shape, (_, y) => {
      const x = floatValues(backend, logits);
      for (let start = 0; start < length; start += columns) softmaxRow(x, y, start, start + columns);
    });
  },
);

function softmaxRow(x: Float32Array, y: Float32Array, start: number, end: number): void {
  let largest = x[start] as number;
  for (let i = start + 1; i < end; i++) {
    const v = x[i] as number;
    if (v > largest || Number.isNaN(v)) largest = v;
  }
  let total = 0;
  for (let i = start; i < end; i++) {
    const v = Math.exp((x[i] as number) - largest);
    y[i] = v;
    total += v;
  }
  for (let i = start; i < end; i++) y[i] = (y[i] as number) / total;
}
