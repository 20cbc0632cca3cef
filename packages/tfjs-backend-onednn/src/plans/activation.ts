import { algorithm } from '../library/constants.js';

/** A function of one value as a post-op. */
export interface FunctionPostOp {
  kind: number;
  alpha: number;
  beta: number;
}

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
export function activationPostOps(attributes: ActivationAttributes): FunctionPostOp[] | undefined {
  switch (attributes.activation ?? 'linear') {
    case 'linear':
      return [];
    case 'relu':
      return [{ kind: algorithm.relu, alpha: 0, beta: 0 }];
    case 'leakyrelu':
      return [{ kind: algorithm.relu, alpha: attributes.leakyreluAlpha ?? 0, beta: 0 }];
    case 'relu6':
      return [{ kind: algorithm.boundedRelu, alpha: 6, beta: 0 }];
    case 'elu':
      return [{ kind: algorithm.elu, alpha: 1, beta: 0 }];
    case 'sigmoid':
      return [{ kind: algorithm.logistic, alpha: 0, beta: 0 }];
    default:
      return undefined;
  }
}

/** Post-ops as text, for the keys of plans. */
export function postOpsKey(postOps: readonly FunctionPostOp[]): string {
  return postOps.map(({ kind, alpha, beta }) => `${kind}(${alpha},${beta})`).join(' ');
}
