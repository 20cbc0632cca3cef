import type { Split } from '@alexnet/imagenet-reader';
import { UsageError } from '../cli/errors.js';
import type { DataOptions } from '../data/prepared-data.js';

/** Refuses data that has no images in a split. */
export function requireImages(split: Split): NonNullable<DataOptions['requireCounts']> {
  return (path, counts) => {
    if (counts[split] > 0) return;
    throw new UsageError(`${path} has no ${split} images; choose data that has some with --data.`);
  };
}
