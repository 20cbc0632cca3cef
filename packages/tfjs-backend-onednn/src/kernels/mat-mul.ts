import { broadcast_util, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import { type ActivationAttributes, activationPostOps, finishActivation } from '../plans/activation.js';
import { type MatrixProduct, multiplyMatrices } from '../plans/matrix-product.js';
import { allFloat32, isBiasOf, smallest } from './native-kernel.js';

/** Attributes of BatchMatMul and _FusedMatMul. */
export interface MatMulAttributes extends ActivationAttributes {
  transposeA?: boolean | undefined;
  transposeB?: boolean | undefined;
}

interface MatMulInputs {
  a: TensorInfo;
  b: TensorInfo;
  bias?: TensorInfo | undefined;
}

/**
 * activation(a b + bias), or undefined for tiny, empty or unevenly broadcast products, left to tfjs's own
 * kernel.
 */
export function matMul(
  { a, b, bias }: MatMulInputs,
  attributes: MatMulAttributes,
  backend: OneDnnBackend,
): TensorInfo | undefined {
  const postOps = activationPostOps(attributes);
  const product = matrixProduct(a.shape, b.shape, attributes);
  if (!postOps || !product || !allFloat32(a, b, bias)) return undefined;
  if (bias && !isBiasOf(bias, product.columns)) return undefined;
  const outer = broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return backend.compute([...outer, product.rows, product.columns], (c, values) => {
    const at = { a: backend.address(a), b: backend.address(b), bias: bias && backend.address(bias), c };
    multiplyMatrices(backend, product, at, postOps);
    finishActivation(backend, attributes, { address: c, values });
  });
}

function matrixProduct(
  a: number[],
  b: number[],
  { transposeA = false, transposeB = false }: MatMulAttributes,
): MatrixProduct | undefined {
  const [lastA = 0, beforeA = 0] = a.slice(-2).reverse();
  const [lastB = 0, beforeB = 0] = b.slice(-2).reverse();
  const [rows, inner] = transposeA ? [lastA, beforeA] : [beforeA, lastA];
  const [innerB, columns] = transposeB ? [lastB, beforeB] : [beforeB, lastB];
  const batchA = util.sizeFromShape(a.slice(0, -2));
  const batchB = util.sizeFromShape(b.slice(0, -2));
  const batch = Math.max(batchA, batchB);
  const even =
    [batchA, batchB].every((size) => size === batch || size === 1) && sameOuter(a, b, batchA, batchB);
  if (!even || inner !== innerB || rows * inner * columns * batch < smallest) return undefined;
  return { rows, inner, columns, batch, batchA, batchB, transposeA, transposeB };
}

/** False for batches of equal size that are broadcast against each other, such as [2, 1] and [1, 2]. */
function sameOuter(a: number[], b: number[], batchA: number, batchB: number): boolean {
  if (batchA === 1 || batchB === 1) return true;
  const trim = (shape: number[]): string =>
    shape
      .slice(0, -2)
      .join()
      .replace(/^(1,)+/, '');
  return trim(a) === trim(b);
}
