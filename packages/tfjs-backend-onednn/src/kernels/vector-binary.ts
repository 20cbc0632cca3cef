import { broadcast_util, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import { floatValues } from '../loops/float-values.js';
import { type BinaryName, comparisonNames, vectorLoops } from '../vector/vector-loops.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';

/** Maximum, Minimum, SquaredDifference, Prelu and the comparisons, as vector loops with broadcasting. */
export const vectorBinaryKernels: NativeKernel[] = [
  ...(['Maximum', 'Minimum', 'SquaredDifference'] as const).map((name) =>
    nativeKernel<Inputs<'a' | 'b'>>(name, ({ a, b }, _, backend) => binary(backend, name, a, b)),
  ),
  nativeKernel<Inputs<'x' | 'alpha'>>('Prelu', ({ x, alpha }, _, backend) =>
    binary(backend, 'Prelu', x, alpha),
  ),
  ...comparisonNames.map((name) =>
    nativeKernel<Inputs<'a' | 'b'>>(name, ({ a, b }, _, backend) => {
      const outShape = broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
      if (!allFloat32(a, b)) return undefined;
      const y = new Uint8Array(util.sizeFromShape(outShape));
      apply(backend, name, a, b, y);
      return backend.makeTensorInfo(outShape, 'bool', y);
    }),
  ),
];

/** y = f(a, b) with broadcasting, or undefined for types other than float32 and for no values. */
export function binary(
  backend: OneDnnBackend,
  name: BinaryName,
  a: TensorInfo,
  b: TensorInfo,
): TensorInfo | undefined {
  const outShape = broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
  if (!allFloat32(a, b) || util.sizeFromShape(outShape) === 0) return undefined;
  return backend.compute(outShape, (_, y) => apply(backend, name, a, b, y));
}

function apply(
  backend: OneDnnBackend,
  name: BinaryName,
  a: TensorInfo,
  b: TensorInfo,
  y: Float32Array | Uint8Array,
): void {
  vectorLoops().binary(name, [floatValues(backend, a), a.shape], [floatValues(backend, b), b.shape], y);
}
