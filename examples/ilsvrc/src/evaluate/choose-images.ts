import type { PreparedData, Split } from '@alexnet/imagenet-reader';
import { permutation, randomStream } from '@alexnet/random';

/** The first key of the random stream that chooses images. */
const SHOWN = 8;

/** Chooses images by the seed, from different classes as far as possible. Returns them in ascending order. */
export function chooseImages(data: PreparedData, split: Split, count: number, seed: number): number[] {
  const { images } = data.splits[split];
  const chosen = new Set<number>();
  const seen = new Set<number>();
  const order = permutation(images, randomStream(seed, SHOWN));
  for (const index of order) {
    const label = data.label(split, index);
    if (chosen.size < count && !seen.has(label)) {
      chosen.add(index);
      seen.add(label);
    }
  }
  for (const index of order) if (chosen.size < Math.min(count, images)) chosen.add(index);
  return [...chosen].sort((a, b) => a - b);
}
