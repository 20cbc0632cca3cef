import type { Aten } from '../native/aten.js';
import type { TorchTensor } from '../native/torch-tensor.js';

/** The activation attributes of tfjs's fused kernels. */
export interface ActivationAttributes {
  activation?: string | null;
}

type Activation = (aten: Aten, x: TorchTensor) => TorchTensor;

const activations: Record<string, Activation> = {
  linear: (_, x) => x,
  relu: (aten, x) => aten.one('relu', [x]),
  relu6: (aten, x) => clamp(aten, x, 0, 6),
  sigmoid: (aten, x) => aten.one('sigmoid', [x]),
};

/** A fused activation, or undefined if tfjs's own kernel computes it. */
export function activationOf({ activation }: ActivationAttributes): Activation | undefined {
  return activations[activation ?? 'linear'];
}

/**
 * x, but at least `low` and at most `high`; NaN stays NaN. PyTorch's `clamp` requires bounds on the device of
 * x, these operators accept scalars of the CPU.
 */
export function clamp(aten: Aten, x: TorchTensor, low: number, high: number): TorchTensor {
  return aten.one('minimum', [aten.one('maximum', [x, aten.scalar(low)]), aten.scalar(high)]);
}
