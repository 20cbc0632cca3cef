import { broadcast_util, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import { type BinaryLoop, functionLoops } from '../loops/binary-loops.js';
import { forEachRow } from '../loops/broadcast-rows.js';
import { floatValues } from '../loops/float-values.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel, smallestExact } from './native-kernel.js';

const { Prelu: prelu, ...loopsOfAAndB } = functionLoops;

/** Maximum, Minimum, SquaredDifference and Prelu, as loops over native memory. */
export const binaryLoopKernels: NativeKernel[] = [
  ...Object.entries<BinaryLoop>(loopsOfAAndB).map(([kernelName, loop]) =>
    nativeKernel<Inputs<'a' | 'b'>>(kernelName, ({ a, b }, _, backend) => binaryLoop(backend, loop, a, b)),
  ),
  nativeKernel<Inputs<'x' | 'alpha'>>('Prelu', ({ x, alpha }, _, backend) =>
    binaryLoop(backend, prelu, x, alpha),
  ),
];

/** y = f(a, b) with broadcasting, or undefined for types other than float32 and for few values. */
export function binaryLoop(
  backend: OneDnnBackend,
  loop: BinaryLoop,
  a: TensorInfo,
  b: TensorInfo,
): TensorInfo | undefined {
  const outShape = broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
  if (!allFloat32(a, b) || util.sizeFromShape(outShape) < smallestExact) return undefined;
  return backend.compute(outShape, (_, y) => {
    const [p, q] = [floatValues(backend, a), floatValues(backend, b)];
    forEachRow(a.shape, b.shape, (row) => loop(p, q, y, row));
  });
}
