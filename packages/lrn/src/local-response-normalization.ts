import { requireFinite, requireKnownOptions, requireTensor, requireWhole } from '@alexnet/validate';
import * as tf from '@tensorflow/tfjs-core';
import { type LrnOptions, lrnConventions } from './lrn-conventions.js';

const caller = 'localResponseNormalization';

/**
 * Divides each activity by a power of the summed squares of the neighboring channels at the same position.
 *
 *     b_i = a_i / (k + alpha * sum_{j=max(0,i-n/2)}^{min(N-1,i+n/2)} a_j^2)^beta
 *
 * @param x Activities `[N, H, W, C]`, float32.
 * @returns A tensor of the same shape, owned by the caller.
 * @throws TypeError if x is not such a tensor or an option is unknown; RangeError if an option is out of
 *   range.
 * @see Krizhevsky et al. 2012, sec. 3.3
 * @example
 * const y = localResponseNormalization(x); // k = 2, n = 5, alpha = 1e-4, beta = .75
 */
export function localResponseNormalization(x: tf.Tensor4D, options: LrnOptions = {}): tf.Tensor4D {
  requireTensor('x', x, { dtype: 'float32', axes: ['N', 'H', 'W', 'C'] }, caller);
  requireKnownOptions(options, lrnOptionNames, caller);
  const { depthRadius, bias, alpha, beta } = completeLrnOptions(options);
  return tf.localResponseNormalization(x, depthRadius, bias, alpha, beta);
}

export const lrnOptionNames: readonly string[] = ['depthRadius', 'bias', 'alpha', 'beta'];

/** Fills in the paper's constants and checks those that are given. */
export function completeLrnOptions(options: LrnOptions): Required<LrnOptions> {
  const paper = lrnConventions.paper;
  const {
    depthRadius = paper.depthRadius,
    bias = paper.bias,
    alpha = paper.alpha,
    beta = paper.beta,
  } = options;
  requireWhole('depthRadius', depthRadius, 0, caller);
  requireFinite('bias', bias, 0, caller);
  requireFinite('alpha', alpha, 0, caller);
  requireFinite('beta', beta, 0, caller);
  return { depthRadius, bias, alpha, beta };
}
