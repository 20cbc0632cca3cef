import type { ByteSource } from './byte-source.js';
import { openByteSource } from './byte-source.js';
import type { IlsvrcSource, ImageClass, SourceImage, Split } from './ilsvrc-source.js';
import type { FoundImages } from './tar-splits.js';

/** What every layout is opened with. */
export interface Opening {
  readonly path: string;
  readonly valFolder: string | undefined;
  readonly signal: AbortSignal | undefined;
  /** Files that stay open as long as the source. */
  readonly files: OpenFiles;
}

/** Files that are closed together. */
export class OpenFiles {
  readonly #open: ByteSource[] = [];

  async open(path: string): Promise<ByteSource> {
    const source = await openByteSource(path);
    this.#open.push(source);
    return source;
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.splice(0).map((source) => source.close()));
  }
}

/** What a layout was found to hold. */
export interface SourceParts {
  readonly layout: IlsvrcSource['layout'];
  readonly classes: readonly ImageClass[];
  readonly splits: Readonly<Partial<Record<Split, FoundImages>>>;
  readonly missing: readonly string[];
}

/** Makes a source of what was found. @throws Error that says what is missing, if no split has pictures with labels. */
export function makeSource({ path, files }: Opening, parts: SourceParts): IlsvrcSource {
  const { layout, classes, splits, missing } = parts;
  const count = (split: Split): number =>
    splits[split]?.groups.reduce((sum, group) => sum + group.count, 0) ?? 0;
  const counts = { train: count('train'), val: count('val'), test: count('test') };
  if (counts.train + counts.val + counts.test === 0) {
    throw new Error(`${path} holds no pictures with labels: ${missing.join(' ') || 'it is empty.'}`);
  }
  return {
    layout,
    path,
    classes,
    counts,
    missing,
    ignoredFiles: Object.values(splits).reduce((sum, { ignored }) => sum + ignored, 0),
    async *images(split, from = 0): AsyncGenerator<SourceImage> {
      let skip = from;
      for (const group of splits[split]?.groups ?? []) {
        if (skip < group.count) yield* group.images(skip);
        skip = Math.max(0, skip - group.count);
      }
    },
    close: () => files.close(),
  };
}
