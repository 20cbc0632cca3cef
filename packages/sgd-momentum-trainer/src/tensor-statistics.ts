import * as tf from '@tensorflow/tfjs-core';

/** Moments of the finite values of tensors; NaN where there is none. */
export interface TensorStatistics {
  mean: number;
  standardDeviation: number;
  rootMeanSquare: number;
  /** Share of the finite values that are 0, in 0 .. 1. */
  zeros: number;
  /** Largest magnitude of a finite value. */
  largest: number;
  /** How many values are NaN or infinite. */
  nonFinite: number;
}

/**
 * Reduces a tensor where it lies and fetches five numbers; only where one of these is not finite, its values are
 * fetched and looked at one by one (in float64: squares of large float32 values overflow).
 */
export async function tensorStatistics(tensor: tf.Tensor): Promise<TensorStatistics> {
  if (tensor.size > 0) {
    const [mean, variance, square, zeros, largest] = await fetched(() => {
      const x = tf.cast(tensor, 'float32');
      const average = tf.mean(x);
      return [
        average,
        tf.mean(tf.square(tf.sub(x, average))),
        tf.mean(tf.square(x)),
        tf.mean(tf.cast(tf.equal(x, 0), 'float32')),
        tf.max(tf.abs(x)),
      ];
    });
    if ([mean, variance, square, largest].every(Number.isFinite)) {
      return {
        mean: mean as number,
        standardDeviation: Math.sqrt(variance as number),
        rootMeanSquare: Math.sqrt(square as number),
        zeros: zeros as number,
        largest: largest as number,
        nonFinite: 0,
      };
    }
  }
  return statisticsOf(await tensor.data());
}

/** Whether every value of a tensor is finite: a sum, and the values themselves only where that is not. */
export async function isFiniteTensor(tensor: tf.Tensor): Promise<boolean> {
  const [sum] = await fetched(() => [tf.sum(tf.cast(tensor, 'float32'))]);
  if (Number.isFinite(sum)) return true;
  return (await tensor.data()).every(Number.isFinite);
}

/** Share of the units (the last axis) that are 0 for every picture and at every place. */
export async function deadUnits(tensor: tf.Tensor): Promise<number> {
  const units = tensor.rank > 1 ? (tensor.shape.at(-1) ?? 1) : 1;
  if (tensor.size === 0) return Number.NaN;
  const [share] = await fetched(() => {
    const rows = tf.reshape(tf.cast(tensor, 'float32'), [-1, units]);
    return [tf.mean(tf.cast(tf.equal(tf.max(tf.abs(rows), 0), 0), 'float32'))];
  });
  return share as number;
}

/** Scalars as numbers; awaited, since the values of a GPU cannot be read at once. */
async function fetched(reduce: () => tf.Tensor[]): Promise<number[]> {
  const packed = tf.tidy(() => tf.stack(reduce()));
  try {
    return [...(await packed.data())];
  } finally {
    packed.dispose();
  }
}

function statisticsOf(data: ArrayLike<number>): TensorStatistics {
  const finite = Array.from(data).filter(Number.isFinite);
  const meanOf = (value: (x: number) => number): number =>
    finite.reduce((sum, x) => sum + value(x), 0) / finite.length;
  const mean = meanOf((x) => x);
  return {
    mean,
    standardDeviation: Math.sqrt(meanOf((x) => (x - mean) ** 2)),
    rootMeanSquare: Math.sqrt(meanOf((x) => x * x)),
    zeros: meanOf((x) => (x === 0 ? 1 : 0)),
    largest: finite.length === 0 ? Number.NaN : finite.reduce((most, x) => Math.max(most, Math.abs(x)), 0),
    nonFinite: data.length - finite.length,
  };
}
