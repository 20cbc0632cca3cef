import { requireFinite, requireKnownOptions, requireTensor, requireWhole } from '@alexnet/validate';
import * as tf from '@tensorflow/tfjs-core';
import { type LrnOptions, lrnConventions } from './lrn-conventions.js';

/**
 * Normalizes each activity by those of the neighbouring channels at the same place.
 *
 *     b_i = a_i / (k + alpha * sum_{j=max(0,i-n/2)}^{min(N-1,i+n/2)} a_j^2)^beta
 *
 * @param x Activities `[N, H, W, C]`, float32.
 * @returns A tensor of the same shape, owned by the caller.
 * @throws TypeError if x is no such tensor or an option is unknown; RangeError if one is out of range.
 * @see Krizhevsky et al. 2012, sec. 3.3
 * @example
 * const y = localResponseNormalization(x); // k = 2, n = 5, alpha = 1e-4, beta = .75
 */
export function localResponseNormalization(x: tf.Tensor4D, options: LrnOptions = {}): tf.Tensor4D {
  const of = 'localResponseNormalization';
  requireTensor('x', x, { dtype: 'float32', axes: ['N', 'H', 'W', 'C'] }, of);
  requireKnownOptions(options, lrnOptionNames, of);
  const { depthRadius, bias, alpha, beta } = completeLrnOptions(options);
  return tf.localResponseNormalization(x, depthRadius, bias, alpha, beta);
}

export const lrnOptionNames: readonly string[] = ['depthRadius', 'bias', 'alpha', 'beta'];

/** Fills in the paper's constants and checks the given ones. */
export function completeLrnOptions(options: LrnOptions): Required<LrnOptions> {
  const paper = lrnConventions.paper;
  const {
    depthRadius = paper.depthRadius,
    bias = paper.bias,
    alpha = paper.alpha,
    beta = paper.beta,
  } = options;
  const of = 'localResponseNormalization';
  requireWhole('depthRadius', depthRadius, 0, of);
  requireFinite('bias', bias, 0, of);
  requireFinite('alpha', alpha, 0, of);
  requireFinite('beta', beta, 0, of);
  return { depthRadius, bias, alpha, beta };
}
