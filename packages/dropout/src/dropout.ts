import {
  describeValue,
  requireBoolean,
  requireKnownOptions,
  requireOneOf,
  requireTensor,
} from '@alexnet/validate';
import * as tf from '@tensorflow/tfjs-core';
import { type Columns, dropoutMask, type MaskKeys } from './dropout-mask.js';

/**
 * 'paper': mask in training, scale at test time. 'inverted': mask and scale in training, neither at test
 * time.
 */
export type DropoutMode = 'paper' | 'inverted';

/** Options that {@link dropout} and its layer share. */
export interface DropoutRule {
  /** Probability that a unit is dropped, 0 <= rate < 1. Default .5, sec. 4.2. */
  rate?: number;
  /** Where the factor 1 - rate goes. Default 'paper'. */
  mode?: DropoutMode;
}

/** Options of {@link dropout}. */
export interface DropoutOptions extends DropoutRule {
  /** Whether to draw a mask (true) or to average over masks (false). Default false. */
  isTraining?: boolean;
  /** A whole number, or a list of them, that determines the mask; required in training. */
  seed?: number | readonly number[];
}

/**
 * Dropout as in the paper: training keeps or zeroes each unit without scaling; at test time every output is
 * multiplied by 1 - rate.
 *
 *     training:  y = m x             m ~ Bernoulli(1 - rate)    ('inverted': y = m x / (1 - rate))
 *     test:      y = (1 - rate) x                               ('inverted': y = x)
 *
 * With equal hyper-parameters the two modes train differently. After 'paper', the next layer sees (1 - rate)
 * times the input that it sees after 'inverted'; the paper's learning rate and initial weights were chosen
 * for that scale.
 *
 * @param x A float32 tensor of any shape.
 * @returns A tensor of the same shape, owned by the caller.
 * @throws TypeError if x is not a float32 tensor, an option is unknown or `seed` is missing in training;
 *   RangeError if an option is out of range.
 * @see Krizhevsky et al. 2012, sec. 4.2
 * @example
 * const y = dropout(x, { isTraining: true, seed: [42, step] });
 */
export function dropout<T extends tf.Tensor>(x: T, options: DropoutOptions = {}): T {
  requireKnownOptions(options, ['rate', 'isTraining', 'mode', 'seed'], 'dropout');
  const { isTraining = false, seed } = options;
  requireBoolean('isTraining', isTraining, 'dropout');
  const rule = completeDropoutRule(options);
  return isTraining ? maskUnits(x, rule, requireKeys(seed)) : averageOverMasks(x, rule);
}

/**
 * Fills in the paper's rate and mode and checks the given ones. @throws RangeError if one is out of range.
 */
export function completeDropoutRule({ rate = 0.5, mode = 'paper' }: DropoutRule): Required<DropoutRule> {
  if (typeof rate !== 'number' || !(rate >= 0 && rate < 1)) {
    throw new RangeError(`rate must be in [0, 1) (dropout), got ${describeValue(rate)}.`);
  }
  requireOneOf('mode', mode, ['paper', 'inverted'], 'dropout');
  return { rate, mode };
}

/** Training: x times the mask that the keys determine. */
export function maskUnits<T extends tf.Tensor>(
  x: T,
  { rate, mode }: Required<DropoutRule>,
  keys: MaskKeys,
  columns?: Columns,
): T {
  requireTensor('x', x, { dtype: 'float32' }, 'dropout');
  const kept = mode === 'inverted' ? 1 / (1 - rate) : 1;
  return tf.tidy(() => tf.mul(x, dropoutMask(x.shape, rate, kept, keys, columns)) as T);
}

/** Test time: the mean of {@link maskUnits} over all masks. */
export function averageOverMasks<T extends tf.Tensor>(x: T, { rate, mode }: Required<DropoutRule>): T {
  requireTensor('x', x, { dtype: 'float32' }, 'dropout');
  return mode === 'paper' ? tf.mul(x, 1 - rate) : tf.clone(x);
}

function requireKeys(seed: DropoutOptions['seed']): MaskKeys {
  const keys = Array.isArray(seed) ? seed : [seed];
  if (keys.length > 0 && keys.every(Number.isSafeInteger)) return keys as [number, ...number[]];
  throw new TypeError(
    `seed must be a whole number or a list of them while training (dropout), got ${describeValue(seed)}.`,
  );
}
