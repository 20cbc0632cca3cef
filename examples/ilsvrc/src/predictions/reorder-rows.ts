import type { PredictionRows } from './read-predictions.js';

/** Puts predictions into another order of the classes: class i is then what class `permutation[i]` was. */
export async function* reorderRows(
  batches: AsyncIterable<PredictionRows>,
  permutation: readonly number[],
): AsyncGenerator<PredictionRows> {
  const classes = permutation.length;
  const moved = new Int32Array(classes);
  permutation.forEach((from, to) => {
    moved[from] = to;
  });
  for await (const { labels, probabilities } of batches) {
    const rows = Float32Array.from(probabilities, (_, at) => {
      const to = at % classes;
      return probabilities[at - to + (permutation[to] as number)] as number;
    });
    yield { labels: labels.map((label) => moved[label] as number), probabilities: rows };
  }
}
