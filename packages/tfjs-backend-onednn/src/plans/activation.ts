import type { ElementwiseFunction } from '../native/operations.js';

/** Attributes of tfjs's fused kernels. */
export interface ActivationAttributes {
  activation?: string | null;
  leakyreluAlpha?: number;
}

/**
 * tfjs's fused activation as a post-op: a list of none or one.
 *
 * @returns undefined for an activation that oneDNN cannot append (prelu).
 */
export function activationPostOps(attributes: ActivationAttributes): ElementwiseFunction[] | undefined {
  switch (attributes.activation ?? 'linear') {
    case 'linear':
      return [];
    case 'relu':
      return [{ kind: 'relu' }];
    case 'leakyrelu':
      return [{ kind: 'relu', alpha: attributes.leakyreluAlpha ?? 0 }];
    case 'relu6':
      return [{ kind: 'clip', alpha: 0, beta: 6 }];
    case 'elu':
      return [{ kind: 'elu', alpha: 1 }];
    case 'sigmoid':
      return [{ kind: 'logistic' }];
    default:
      return undefined;
  }
}

/** Functions as text, for the keys of plans. */
export function functionsKey(functions: readonly ElementwiseFunction[]): string {
  return functions.map(({ kind, alpha = 0, beta = 0 }) => `${kind}(${alpha},${beta})`).join(' ');
}
