import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import type { ElementwiseFunction } from '../native/operations.js';
import { applyRelu } from './relu.js';

/** Attributes of tfjs's fused kernels. */
export interface ActivationAttributes {
  activation?: string | null;
  leakyreluAlpha?: number;
}

/**
 * tfjs's fused activation as a post-op: a list of none or one. relu and relu6 are not fused, since oneDNN's turn NaN
 * into 0 and so would hide that a run has diverged: `finishActivation` does them.
 *
 * @returns undefined for an activation that oneDNN cannot append (prelu).
 */
export function activationPostOps(attributes: ActivationAttributes): ElementwiseFunction[] | undefined {
  switch (attributes.activation ?? 'linear') {
    case 'linear':
    case 'relu':
    case 'relu6':
      return [];
    case 'leakyrelu':
      return [{ kind: 'relu', alpha: attributes.leakyreluAlpha ?? 0 }];
    case 'elu':
      return [{ kind: 'elu', alpha: 1 }];
    case 'sigmoid':
      return [{ kind: 'logistic' }];
    default:
      return undefined;
  }
}

/** The activations that are no post-op, in place on a result. */
export function finishActivation(
  backend: OneDnnBackend,
  { activation }: ActivationAttributes,
  result: { address: Address; values: Float32Array },
): void {
  if (activation === 'relu') applyRelu(backend, result.values.length, result.address, result.address);
  if (activation === 'relu6') clipTo6(result.values);
}

function clipTo6(values: Float32Array): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value < 0) values[i] = 0;
    else if (value > 6) values[i] = 6;
  }
}

/** Functions as text, for the keys of plans. */
export function functionsKey(functions: readonly ElementwiseFunction[]): string {
  return functions.map(({ kind, alpha = 0, beta = 0 }) => `${kind}(${alpha},${beta})`).join(' ');
}
