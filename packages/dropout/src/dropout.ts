import { randomStream } from '@alexnet/random';
import {
  describeValue,
  requireBoolean,
  requireKnownOptions,
  requireOneOf,
  requireTensor,
} from '@alexnet/validate';
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
  /** Which columns of wider rows x holds: its mask is then theirs. Default all there are. */
  columns?: Columns;
}

/** Columns of a matrix that is `of` columns wide, from `begin` on. */
export interface Columns {
  begin: number;
  of: number;
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
 * @throws TypeError if x is no float32 tensor, an option is unknown or `seed` is missing in training; RangeError if
 *   one is out of range.
 * @see Krizhevsky et al. 2012, sec. 4.2
 * @example
 * const y = dropout(x, { isTraining: true, seed: [42, step] });
 */
export function dropout<T extends tf.Tensor>(x: T, options: DropoutOptions = {}): T {
  const { rate = 0.5, isTraining = false, mode = 'paper', seed, columns } = options;
  requireTensor('x', x, { dtype: 'float32' }, 'dropout');
  requireKnownOptions(options, ['rate', 'isTraining', 'mode', 'seed', 'columns'], 'dropout');
  requireBoolean('isTraining', isTraining, 'dropout');
  checkDropout(rate, mode);
  if (columns) checkColumns(columns, x.shape.at(-1) ?? 1);
  const scale = (mode === 'inverted') === isTraining ? 1 - rate : 1;
  if (!isTraining) return scale === 1 ? tf.clone(x) : tf.mul(x, scale);
  const keys = requireKeys(seed);
  return tf.tidy(() => tf.mul(x, dropoutMask(x.shape, rate, 1 / scale, keys, columns)) as T);
}

/** @throws RangeError unless 0 <= rate < 1 and the mode is known. */
export function checkDropout(rate: number, mode: DropoutMode): void {
  if (typeof rate !== 'number' || !(rate >= 0 && rate < 1)) {
    throw new RangeError(`rate must be in [0, 1) (dropout), got ${describeValue(rate)}.`);
  }
  requireOneOf('mode', mode, ['paper', 'inverted'], 'dropout');
}

type Keys = [number, ...number[]];

function requireKeys(seed: DropoutOptions['seed']): Keys {
  const keys = Array.isArray(seed) ? seed : [seed];
  if (keys.length > 0 && keys.every(Number.isSafeInteger)) return keys as Keys;
  throw new TypeError(
    `seed must be a whole number or a list of them while training (dropout), got ${describeValue(seed)}.`,
  );
}

/** @throws RangeError unless columns as wide as x lie within the rows. */
function checkColumns({ begin, of }: Columns, width: number): void {
  const isWhole = Number.isSafeInteger(begin) && Number.isSafeInteger(of);
  if (isWhole && begin >= 0 && begin + width <= of) return;
  throw new RangeError(
    `columns must hold the ${width} columns of x (dropout), got ${width} from ${begin} on of ${of}.`,
  );
}

function dropoutMask(
  shape: number[],
  rate: number,
  kept: number,
  keys: Keys,
  { begin, of }: Columns = { begin: 0, of: shape.at(-1) ?? 1 },
): tf.Tensor {
  const stream = randomStream(...keys);
  const threshold = rate * 4294967296;
  const mask = new Float32Array(tf.util.sizeFromShape(shape));
  const width = shape.at(-1) ?? 1;
  const skip = (count: number): void => {
    for (let i = 0; i < count; i++) stream.uint32();
  };
  for (let row = 0; row < mask.length; row += width) {
    skip(begin);
    for (let i = row; i < row + width; i++) mask[i] = stream.uint32() < threshold ? 0 : kept;
    skip(of - begin - width);
  }
  return tf.tensor(mask, shape);
}
