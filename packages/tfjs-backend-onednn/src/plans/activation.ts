import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import type { ElementwiseFunction } from '../native/operations.js';
import { smallestShared } from '../shapes/smallest.js';
import { vectorLoops } from '../vector/vector-loops.js';
import { applyRelu } from './relu.js';

/** The activation attributes of tfjs's fused kernels. */
export interface ActivationAttributes {
  activation?: string | null;
  leakyreluAlpha?: number;
}

/**
 * tfjs's fused activation as a list of at most one post-op. Only leakyrelu is fused. The others turn NaN into
 * 0 in oneDNN (relu and relu6 everywhere, sigmoid with AVX2), which would hide that a run has diverged, so
 * `finishActivation` applies them afterwards.
 *
 * @returns undefined for prelu, which has weights (see `thenPrelu`), and for unknown activations.
 */
export function activationPostOps(attributes: ActivationAttributes): ElementwiseFunction[] | undefined {
  const activation = attributes.activation ?? 'linear';
  if (activation === 'leakyrelu') return [{ kind: 'relu', alpha: attributes.leakyreluAlpha ?? 0 }];
  return ['linear', 'relu', 'relu6'].includes(activation) || activation in inJavaScript ? [] : undefined;
}

/** Activations as functions of one value; comparisons with NaN are false, so NaN is kept. */
const inJavaScript: Record<string, (x: number) => number> = {
  elu: (x) => (x < 0 ? Math.exp(x) - 1 : x),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
};

/** Applies an activation that is not a post-op to a result, in place. */
export function finishActivation(
  backend: OneDnnBackend,
  { activation }: ActivationAttributes,
  { address, values }: { address: Address; values: Float32Array },
): void {
  if (activation === 'relu' && values.length >= smallestShared) {
    applyRelu(backend, values.length, address, address);
  } else if (activation === 'relu') vectorLoops().unary('Relu', values, values);
  if (activation === 'relu6') vectorLoops().unary('ClipByValue', values, values, 0, 6);
  const f = inJavaScript[activation ?? 'linear'];
  if (!f) return;
  for (let i = 0; i < values.length; i++) values[i] = f(values[i] as number);
}

/** Functions as text, for the keys of kernel plans. */
export function functionsKey(functions: readonly ElementwiseFunction[]): string {
  return functions.map(({ kind, alpha = 0, beta = 0 }) => `${kind}(${alpha},${beta})`).join(' ');
}
