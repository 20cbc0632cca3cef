import { Add, broadcast_util, Multiply, RealDiv, Sub, util } from '@tensorflow/tfjs-core';
import type { BinaryKind } from '../native/operations.js';
import { applyBinary } from '../plans/binary.js';
import { collapseBroadcast } from '../plans/broadcast.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel, smallest } from './native-kernel.js';

/** The kernels of two operands that oneDNN has too (Maximum and Minimum: see elementwise.ts). */
export const binaryKernels: NativeKernel[] = [
  binary(Add, 'add'),
  binary(Sub, 'subtract'),
  binary(Multiply, 'multiply'),
  binary(RealDiv, 'divide'),
];

/** oneDNN broadcasts the second operand only; where the first is the smaller one, the two change places. */
function binary(kernelName: string, kind: BinaryKind): NativeKernel {
  return nativeKernel<Inputs<'a' | 'b'>>(kernelName, ({ a, b }, _, backend) => {
    if (!allFloat32(a, b)) return undefined;
    const outShape = broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const length = util.sizeFromShape(outShape);
    if (length < smallest) return undefined;
    const swapped = util.sizeFromShape(a.shape) < length;
    if (swapped && kind === 'divide') return undefined;
    const [full, other] = swapped ? [b, a] : [a, b];
    const shapes = collapseBroadcast(full.shape, other.shape);
    if (!shapes || util.sizeFromShape(full.shape) < length) return undefined;
    const operation = { kind, ...shapes, negate: swapped && kind === 'subtract' };
    return backend.compute(outShape, (y) =>
      applyBinary(backend, operation, { a: backend.address(full), b: backend.address(other), y }),
    );
  });
}
