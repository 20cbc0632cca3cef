import { join } from 'node:path';
import { replaceFile } from '@alexnet/durable-files';
import type { PreparedMeta } from '../prepared/prepared-meta.js';
import { readMeta } from '../prepared/read-meta.js';
import { readSourceFile, SOURCE_FILE, sourceText } from '../prepared/source-file.js';
import { type IlsvrcSource, splits } from '../source/ilsvrc-source.js';
import { ImageReader } from '../source/image-reader.js';
import { compareFiles } from './changed-files.js';
import { listSource, PICTURES_CHANGED } from './work-plan.js';

/** Options of {@link sourceDifference}. */
export interface SourceDifferenceOptions {
  /** Reads and compares every image, not only those whose files have other sizes or times than before. */
  readonly everyImage?: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of images that were compared and of all images. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/**
 * What has changed in a data set since a folder was prepared from it, in words; empty if nothing has.
 *
 * Classes, names, labels, and the sizes and times of files are compared, which reads no image. Images whose
 * files have other times than before are read, so a data set that was copied or downloaded again has not
 * changed. A folder that an older version prepared has no record of its files; its names and labels are
 * compared.
 *
 * @throws Error of one line if `path` is not a prepared folder or is damaged, or if every image is to be
 *   compared and an older version prepared it; AbortError on `signal`.
 * @example
 * const difference = await sourceDifference(source, '/data/ilsvrc-256');
 * if (difference) console.error(`prepare the data again: ${difference}`);
 */
export async function sourceDifference(
  source: IlsvrcSource,
  path: string,
  options: SourceDifferenceOptions = {},
): Promise<string> {
  const meta = await readMeta(path);
  const [now, before] = [source.classes.length, meta.classes.length];
  if (now !== before) return `the source has ${now} classes, not ${before}`;
  const { pictures } = await listSource(source, options.signal);
  if (pictures !== meta.pictures) return PICTURES_CHANGED;
  return filesDifference(source, path, { ...options, meta });
}

/** The {@link sourceDifference} of a source that has the same classes, names and labels. */
export async function filesDifference(
  source: IlsvrcSource,
  path: string,
  { meta, everyImage, signal, onProgress }: SourceDifferenceOptions & { readonly meta: PreparedMeta },
): Promise<string> {
  const before = await readSourceFile(path);
  if (everyImage && (!before || splits.some((split) => before[split].includes(null)))) {
    throw new Error(
      `${path} was prepared by an older version, which kept no record of the images, so they cannot be compared.`,
    );
  }
  if (!before) return '';
  const { train, val, test } = source.counts;
  const total = train + val + test;
  let done = 0;
  const reader = new ImageReader();
  try {
    const { changed, state } = await compareFiles(source, before, {
      reader,
      shardImages: meta.shardImages,
      signal,
      ...(everyImage !== undefined && { everyImage }),
      onImages(images) {
        done += images;
        onProgress?.({ done, total });
      },
    });
    if (changed.length > 0) return `images of ${changed.join(' and ')} have changed`;
    // Only a saving: a folder that may not be written is compared again next time.
    if (state !== before)
      await replaceFile(join(path, SOURCE_FILE), sourceText(state)).catch(() => undefined);
    return '';
  } finally {
    await reader.close();
  }
}
