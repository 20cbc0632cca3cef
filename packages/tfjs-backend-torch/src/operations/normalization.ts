import type { Aten } from '../native/aten.js';
import type { TorchTensor } from '../native/torch-tensor.js';

/** The constants of y = x / (bias + alpha * sum of squares)^beta. */
export interface Normalization {
  bias: number;
  alpha: number;
  beta: number;
}

/** The sums of values around each position, as the two passes of a normalization use them. */
export interface WindowSum {
  /** bias + alpha * the sum around each position. */
  scale(squares: TorchTensor): TorchTensor;
  /** 2 * alpha * beta * the sum over the positions whose windows hold this one. */
  back(x: TorchTensor): TorchTensor;
}

/** y = x s^-beta, where s = bias + alpha * sum(x^2). */
export function normalize(aten: Aten, x: TorchTensor, window: WindowSum, beta: number): TorchTensor {
  const { power } = powersOf(aten, scaleOf(aten, x, window), beta);
  return aten.one('mul.Tensor', [x, power]);
}

/** dx = dy s^-beta - 2 alpha beta x back(dy x s^(-beta - 1)). */
export function normalizeBack(
  aten: Aten,
  { x, dy }: { x: TorchTensor; dy: TorchTensor },
  window: WindowSum,
  beta: number,
): TorchTensor {
  const { power, inverse } = powersOf(aten, scaleOf(aten, x, window), beta);
  const direct = aten.one('mul_.Tensor', [power, dy]);
  const spread = aten.one('mul_.Tensor', [aten.one('mul_.Tensor', [inverse(), x]), direct]);
  return aten.add(direct, aten.one('mul_.Tensor', [window.back(spread), x]), -1);
}

/**
 * The sum over the channels within `radius` of each; x [rows, C]. Sums of shifted copies take less time than pooling,
 * and equal rows have equal sums, which a matrix product does not guarantee. Max pooling relies on it to break ties.
 */
export function sumsOverChannels(aten: Aten, x: TorchTensor, channels: number, radius: number): TorchTensor {
  const wide = aten.pad(x, [radius, radius], 0);
  const shifted = (by: number): TorchTensor => aten.one('narrow', [wide, 1, by, channels]);
  let sum = shifted(0);
  for (let by = 1; by <= 2 * radius; by++) sum = aten.add(sum, shifted(by));
  return sum;
}

function scaleOf(aten: Aten, x: TorchTensor, window: WindowSum): TorchTensor {
  return window.scale(aten.one('mul.Tensor', [x, x]));
}

/** s^-beta and 1 / s, each new; square roots take a fifth of the time of a power. */
function powersOf(
  aten: Aten,
  s: TorchTensor,
  beta: number,
): { power: TorchTensor; inverse: () => TorchTensor } {
  if (beta !== 0.5 && beta !== 0.75) {
    const power = aten.one('pow.Tensor_Tensor', [s, aten.scalar(-beta)]);
    return { power, inverse: () => aten.one('reciprocal', [s]) };
  }
  const root = aten.one('rsqrt', [s]);
  const power = beta === 0.5 ? aten.one('clone', [root, null]) : aten.one('sqrt', [root]);
  if (beta === 0.75) aten.one('mul_.Tensor', [power, root]);
  return { power, inverse: () => aten.one('mul.Tensor', [root, root]) };
}
