import { Select, util } from '@tensorflow/tfjs-core';
import { bits, floatValues } from '../loops/float-values.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel, smallestExact } from './native-kernel.js';

/** t where the condition is true, e elsewhere; the kernel of tf.where. */
export const select: NativeKernel = nativeKernel<Inputs<'condition' | 't' | 'e'>>(
  Select,
  ({ condition, t, e }, _, backend) => {
    const length = util.sizeFromShape(t.shape);
    const each = util.sizeFromShape(condition.shape) === length && util.arraysEqual(t.shape, e.shape);
    if (!each || !allFloat32(t, e) || length < smallestExact) return undefined;
    const chosen = backend.data.get(condition.dataId).values;
    if (!(chosen instanceof Uint8Array)) return undefined;
    return backend.compute(t.shape, (__, y) => {
      const [yes, no, to] = [bits(floatValues(backend, t)), bits(floatValues(backend, e)), bits(y)];
      for (let i = 0; i < to.length; i++) {
        const mask = -+(chosen[i] === 1);
        to[i] = ((yes[i] as number) & mask) | ((no[i] as number) & ~mask);
      }
    });
  },
);
