import { _FusedMatMul, type _FusedMatMulInputs } from '@tensorflow/tfjs-core';
import { type MatMulAttributes, matMul } from './mat-mul.js';
import { type NativeKernel, nativeKernel } from './native-kernel.js';
import { thenPrelu } from './then-prelu.js';

/** BatchMatMul with bias and activation in one pass. */
export const fusedMatMul: NativeKernel = thenPrelu(
  nativeKernel<_FusedMatMulInputs, MatMulAttributes>(
    _FusedMatMul,
    ({ a, b, bias, preluActivationWeights }, attributes, backend) =>
      preluActivationWeights ? undefined : matMul({ a, b, bias }, attributes, backend),
  ),
);
