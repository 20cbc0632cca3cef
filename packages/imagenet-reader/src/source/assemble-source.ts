import type { IlsvrcSource, ImageClass, SourceImage, Split } from './ilsvrc-source.js';
import { ImageReader } from './image-reader.js';
import type { FoundImages } from './layouts/tar-splits.js';
import { LeftOutCounts } from './left-out.js';

/** The parts of a data set that were found at a path. */
export interface SourceParts {
  readonly layout: IlsvrcSource['layout'];
  /** A class without words is called by its `wnid`. */
  readonly classes: readonly ImageClass[];
  readonly splits: Readonly<Partial<Record<Split, FoundImages>>>;
  readonly missing: readonly string[];
}

/**
 * Makes a source from its parts. @throws Error that says what is missing if no split has images with labels.
 */
export function assembleSource(path: string, parts: SourceParts): IlsvrcSource {
  const { layout, splits, missing } = parts;
  const classes = parts.classes.map(({ wnid, words }) => ({
    wnid,
    words: words.trim() === '' ? wnid : words,
  }));
  const count = (split: Split): number =>
    splits[split]?.groups.reduce((sum, group) => sum + group.count, 0) ?? 0;
  const counts = { train: count('train'), val: count('val'), test: count('test') };
  if (counts.train + counts.val + counts.test === 0) {
    throw new Error(`${path} holds no images with labels: ${missing.join(' ') || 'it is empty.'}`);
  }
  const leftOut = new LeftOutCounts();
  for (const images of Object.values(splits)) leftOut.addAll(images.leftOut);
  const reader = new ImageReader();
  return {
    layout,
    path,
    classes,
    counts,
    missing,
    leftOut: leftOut.all,
    ignoredFiles: leftOut.all.reduce((sum, { count }) => sum + count, 0),
    async *images(split, from = 0): AsyncGenerator<SourceImage> {
      let skip = from;
      for (const group of splits[split]?.groups ?? []) {
        if (skip < group.count) yield* group.images(skip);
        skip = Math.max(0, skip - group.count);
      }
    },
    read: (image) => reader.read(image),
    close: () => reader.close(),
  };
}
