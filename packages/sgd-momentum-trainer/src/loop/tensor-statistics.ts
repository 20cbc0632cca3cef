import * as tf from '@tensorflow/tfjs-core';

/** Moments of the finite values of a tensor; NaN if there are none. */
export interface TensorStatistics {
  mean: number;
  standardDeviation: number;
  /** Share of the finite values that are 0, in 0 .. 1. */
  zeros: number;
  /** Largest magnitude of a finite value. */
  largest: number;
  /** How many values are NaN or infinite. */
  nonFinite: number;
}

/**
 * Reduces a tensor on its backend and fetches four numbers. Only if one of these is not finite are all values
 * fetched and examined one by one (in float64, because squares of large float32 values overflow).
 */
export async function tensorStatistics(tensor: tf.Tensor): Promise<TensorStatistics> {
  const [mean, variance, zeros, largest] = await fetched(
    () => tf.mean(tensor),
    () => tf.mean(tf.square(tf.sub(tensor, tf.mean(tensor)))),
    () => tf.mean(tf.cast(tf.equal(tensor, 0), 'float32')),
    () => tf.max(tf.abs(tensor)),
  );
  if ([mean, variance, largest].every(Number.isFinite)) {
    return {
      mean: mean as number,
      standardDeviation: Math.sqrt(variance as number),
      zeros: zeros as number,
      largest: largest as number,
      nonFinite: 0,
    };
  }
  const data = await tensor.data();
  const { mean: average, finite } = finiteMean(data, (x) => x);
  return {
    mean: average,
    standardDeviation: Math.sqrt(finiteMean(data, (x) => (x - average) ** 2).mean),
    zeros: finiteMean(data, (x) => (x === 0 ? 1 : 0)).mean,
    largest: finite === 0 ? Number.NaN : largestFinite(data),
    nonFinite: data.length - finite,
  };
}

/** Root mean square of the finite values, and how many are not finite; see {@link tensorStatistics}. */
export async function rootMeanSquare(tensor: tf.Tensor): Promise<{ value: number; nonFinite: number }> {
  const [square] = await fetched(() => tf.mean(tf.square(tensor)));
  if (Number.isFinite(square)) return { value: Math.sqrt(square as number), nonFinite: 0 };
  const data = await tensor.data();
  const { mean, finite } = finiteMean(data, (x) => x * x);
  return { value: Math.sqrt(mean), nonFinite: data.length - finite };
}

/** Share of the units (the last axis) that are 0 in every row: for every image and at every position. */
export async function deadUnits(tensor: tf.Tensor): Promise<number> {
  const units = tensor.shape.at(-1) ?? 1;
  const [share] = await fetched(() => {
    const rows = tf.reshape(tensor, [-1, units]);
    return tf.mean(tf.cast(tf.equal(tf.max(tf.abs(rows), 0), 0), 'float32'));
  });
  return share as number;
}

/**
 * Whether every value of a tensor is finite. It fetches the sum, and the values only if the sum is not
 * finite.
 */
export async function isFiniteTensor(tensor: tf.Tensor): Promise<boolean> {
  const [sum] = await fetched(() => tf.sum(tensor));
  return Number.isFinite(sum) || (await tensor.data()).every(Number.isFinite);
}

/**
 * Fetches scalars; asynchronous because the values of a GPU cannot be read synchronously. Intermediates are
 * disposed.
 */
async function fetched(...reductions: readonly (() => tf.Tensor)[]): Promise<number[]> {
  const packed = tf.tidy(() => tf.stack(reductions.map((reduce) => tf.cast(tf.tidy(reduce), 'float32'))));
  try {
    return [...(await packed.data())];
  } finally {
    packed.dispose();
  }
}

function finiteMean(
  data: ArrayLike<number>,
  numberOf: (x: number) => number,
): { mean: number; finite: number } {
  let sum = 0;
  let finite = 0;
  for (let i = 0; i < data.length; i++) {
    const x = data[i] as number;
    if (!Number.isFinite(x)) continue;
    sum += numberOf(x);
    finite++;
  }
  return { mean: sum / finite, finite };
}

function largestFinite(data: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < data.length; i++) {
    const size = Math.abs(data[i] as number);
    if (size > largest && size < Number.POSITIVE_INFINITY) largest = size;
  }
  return largest;
}
