import { BatchMatMul } from '@tensorflow/tfjs-core';
import { type MatMulAttributes, matMul } from './mat-mul.js';
import { type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';

/** The product of a [..., M, K] and b [..., K, N], either of which may be transposed. */
export const batchMatMul: NativeKernel = nativeKernel<Inputs<'a' | 'b'>, MatMulAttributes>(
  BatchMatMul,
  ({ a, b }, { transposeA, transposeB }, backend) => matMul({ a, b }, { transposeA, transposeB }, backend),
);
