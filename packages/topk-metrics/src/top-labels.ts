import { requireWhole } from '@alexnet/validate';

/**
 * The k most probable labels of an image, most probable first; of equally probable labels the lower first.
 *
 * @throws RangeError if a probability is NaN, which has no rank.
 * @example
 * topLabels([0.1, 0.7, 0.2], 2); // [1, 2]
 */
export function topLabels(probabilities: ArrayLike<number>, k: number): number[] {
  requireWhole('k', k, 1, 'topLabels');
  const labels = Array.from({ length: probabilities.length }, (_, label) => label);
  const nan = labels.find((label) => Number.isNaN(probabilities[label]));
  if (nan !== undefined) {
    throw new RangeError(`probabilities must be numbers (topLabels), got NaN for label ${nan}.`);
  }
  return labels
    .sort((a, b) => (probabilities[b] as number) - (probabilities[a] as number) || a - b)
    .slice(0, k);
}
