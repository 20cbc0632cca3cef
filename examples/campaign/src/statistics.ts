import jStat from 'jstat';

/** A mean with its 95% interval; the interval is infinite for a single value. */
export interface Estimate {
  mean: number;
  low: number;
  high: number;
  /** How many values the mean is of. */
  n: number;
}

/**
 * The mean of independent values, and the interval that holds the true mean with 95% confidence: Student's
 * t distribution with n - 1 degrees of freedom.
 *
 * @throws RangeError if there is no value.
 */
export function estimate(values: readonly number[]): Estimate {
  const n = values.length;
  if (n === 0) throw new RangeError('values must hold at least one number (estimate), got none.');
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { mean, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, n };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const reach = jStat.studentt.inv(0.975, n - 1) * Math.sqrt(variance / n);
  return { mean, low: mean - reach, high: mean + reach, n };
}

/**
 * The mean of positive values on a scale of ratios (their geometric mean), with its 95% interval: the estimate of
 * their logarithms.
 */
export function estimateRatio(ratios: readonly number[]): Estimate {
  const { mean, low, high, n } = estimate(ratios.map(Math.log));
  return { mean: Math.exp(mean), low: Math.exp(low), high: Math.exp(high), n };
}

/**
 * How many pairs would settle the sign of a mean difference: the smallest n whose 95% interval, with the deviation
 * seen so far, excludes 0; Infinity if it is above 1,000. Undefined for fewer than two pairs.
 */
export function pairsToSettle(differences: readonly number[]): number | undefined {
  if (differences.length < 2) return undefined;
  const { mean, high, n } = estimate(differences);
  const deviation = ((high - mean) * Math.sqrt(n)) / jStat.studentt.inv(0.975, n - 1);
  for (let pairs = 2; pairs <= 1000; pairs++) {
    if ((jStat.studentt.inv(0.975, pairs - 1) * deviation) / Math.sqrt(pairs) < Math.abs(mean)) return pairs;
  }
  return Number.POSITIVE_INFINITY;
}
