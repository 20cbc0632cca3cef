import type { Aten } from '../native/aten.js';
import type { TorchTensor } from '../native/torch-tensor.js';

/** The constants of y = x / (bias + alpha * sum of squares)^beta. */
export interface Normalization {
  bias: number;
  alpha: number;
  beta: number;
}

/** A sum of values around each position, and its transpose. */
export interface WindowSum {
  sum(x: TorchTensor): TorchTensor;
  /** The sum over the positions whose windows hold this one. */
  back(x: TorchTensor): TorchTensor;
}

/** y = x s^-beta, where s = bias + alpha * sum(x^2). */
export function normalize(
  aten: Aten,
  x: TorchTensor,
  window: WindowSum,
  constants: Normalization,
): TorchTensor {
  const scale = scaleOf(aten, x, window, constants);
  return aten.one('mul.Tensor', [x, power(aten, scale, -constants.beta)]);
}

/** dx = dy s^-beta - 2 alpha beta x back(dy x s^(-beta - 1)). */
export function normalizeBack(
  aten: Aten,
  { x, dy }: { x: TorchTensor; dy: TorchTensor },
  window: WindowSum,
  constants: Normalization,
): TorchTensor {
  const scale = scaleOf(aten, x, window, constants);
  const direct = aten.one('mul.Tensor', [dy, power(aten, scale, -constants.beta)]);
  const spread = aten.one('div.Tensor', [aten.one('mul.Tensor', [direct, x]), scale]);
  const collected = aten.one('mul.Tensor', [x, window.back(spread)]);
  return aten.add(direct, collected, -2 * constants.alpha * constants.beta);
}

function scaleOf(aten: Aten, x: TorchTensor, window: WindowSum, { bias, alpha }: Normalization): TorchTensor {
  const squares = aten.one('mul.Tensor', [x, x]);
  return aten.add(aten.scalar(bias), window.sum(squares), alpha);
}

function power(aten: Aten, x: TorchTensor, exponent: number): TorchTensor {
  return aten.one('pow.Tensor_Tensor', [x, aten.scalar(exponent)]);
}
