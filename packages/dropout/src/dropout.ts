import { randomStream } from '@alexnet/random';
import * as tf from '@tensorflow/tfjs-core';

/** 'paper': mask in training, scale at test time. 'inverted': mask and scale in training, nothing at test time. */
export type DropoutMode = 'paper' | 'inverted';

/** Options of {@link dropout}. */
export interface DropoutOptions {
  /** Probability that a unit is dropped, 0 <= rate < 1. Default .5, sec. 4.2. */
  rate?: number;
  /** Whether to draw a mask (true) or to average over masks (false). Default false. */
  isTraining?: boolean;
  /** Where the factor 1 - rate goes. Default 'paper'. */
  mode?: DropoutMode;
  /** Whole numbers that the mask is drawn from; needed while training. */
  seed?: number | readonly number[];
}

/**
 * Dropout as the paper has it: in training each unit is kept or zeroed, unscaled; at test time every output is
 * multiplied by 1 - rate.
 *
 *     training:  y = m x             m ~ Bernoulli(1 - rate)    ('inverted': y = m x / (1 - rate))
 *     test:      y = (1 - rate) x                               ('inverted': y = x)
 *
 * With equal hyper-parameters the two modes are different optimisers: behind the paper's, the next layer sees
 * half the input in training, so its effective rate and initial scale are those of the printed constants.
 *
 * @param x A float32 tensor of any shape.
 * @returns A tensor of the same shape, owned by the caller.
 * @throws RangeError if `rate` is out of range, TypeError if `seed` is missing in training.
 * @see Krizhevsky et al. 2012, sec. 4.2
 * @example
 * const y = dropout(x, { isTraining: true, seed: [42, step] });
 */
export function dropout<T extends tf.Tensor>(x: T, options: DropoutOptions = {}): T {
  const { rate = 0.5, isTraining = false, mode = 'paper', seed } = options;
  checkDropout(rate, mode);
  const scale = (mode === 'inverted') === isTraining ? 1 - rate : 1;
  if (!isTraining) return scale === 1 ? tf.clone(x) : tf.mul(x, scale);
  if (seed === undefined) {
    throw new TypeError(
      'seed must be a whole number or a list of them while training (dropout), got undefined.',
    );
  }
  return tf.tidy(() => tf.mul(x, dropoutMask(x.shape, rate, 1 / scale, seed)) as T);
}

/** @throws RangeError unless 0 <= rate < 1 and the mode is known. */
export function checkDropout(rate: number, mode: DropoutMode): void {
  if (!(rate >= 0 && rate < 1)) throw new RangeError(`rate must be in [0, 1) (dropout), got ${rate}.`);
  if (mode !== 'paper' && mode !== 'inverted') {
    throw new RangeError(`mode must be 'paper' or 'inverted' (dropout), got ${String(mode)}.`);
  }
}

function dropoutMask(
  shape: number[],
  rate: number,
  kept: number,
  seed: number | readonly number[],
): tf.Tensor {
  const [first = 0, ...rest] = typeof seed === 'number' ? [seed] : seed;
  const stream = randomStream(first, ...rest);
  const threshold = rate * 4294967296;
  const mask = new Float32Array(tf.util.sizeFromShape(shape));
  for (let i = 0; i < mask.length; i++) mask[i] = stream.uint32() < threshold ? 0 : kept;
  return tf.tensor(mask, shape);
}
