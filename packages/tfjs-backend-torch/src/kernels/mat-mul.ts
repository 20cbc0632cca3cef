import { BatchMatMul, broadcast_util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Aten } from '../native/aten.js';
import type { TorchTensor } from '../native/torch-tensor.js';
import { allFloat32, type Inputs, isEmpty, type NativeKernel, nativeKernel } from './native-kernel.js';

interface Transposes {
  transposeA?: boolean;
  transposeB?: boolean;
}

/** a b, each with its last two dimensions swapped if asked for; the other dimensions are broadcast. */
export const batchMatMul: NativeKernel = nativeKernel<Inputs<'a' | 'b'>, Transposes>(
  BatchMatMul,
  ({ a, b }, transposes, backend) => {
    const shape = allFloat32(a, b) ? productShape(a, b, transposes) : undefined;
    if (!shape) return undefined;
    return backend.compute(shape, 'float32', (aten) =>
      matrixProduct(aten, backend.factor(a), backend.factor(b), transposes),
    );
  },
);

/** a b as float32, of tensors as `TorchBackend.factor` gives them. */
export function matrixProduct(
  aten: Aten,
  a: TorchTensor,
  b: TorchTensor,
  { transposeA = false, transposeB = false }: Transposes,
): TorchTensor {
  const swapped = (x: TorchTensor): TorchTensor => aten.one('transpose.int', [x, -2, -1]);
  return aten.widened(aten.one('matmul', [transposeA ? swapped(a) : a, transposeB ? swapped(b) : b]));
}

/** The shape of the product, or undefined if tfjs's own kernel has to compute or refuse it. */
export function productShape(
  a: TensorInfo,
  b: TensorInfo,
  { transposeA = false, transposeB = false }: Transposes,
): number[] | undefined {
  if (a.shape.length < 2 || b.shape.length < 2 || isEmpty(a) || isEmpty(b)) return undefined;
  const [rows, innerA] = transposeA ? a.shape.slice(-2).reverse() : a.shape.slice(-2);
  const [innerB, columns] = transposeB ? b.shape.slice(-2).reverse() : b.shape.slice(-2);
  if (innerA !== innerB || rows === undefined || columns === undefined) return undefined;
  const batch = broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return [...batch, rows, columns];
}
