/**
 * The k most probable labels of an image, most probable first; of equals the lower label.
 *
 * @example
 * topLabels([0.1, 0.7, 0.2], 2); // [1, 2]
 */
export function topLabels(probabilities: ArrayLike<number>, k: number): number[] {
  return Array.from({ length: probabilities.length }, (_, label) => label)
    .sort((a, b) => (probabilities[b] as number) - (probabilities[a] as number) || a - b)
    .slice(0, k);
}
