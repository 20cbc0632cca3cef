import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { pMapIterable } from 'p-map';
import type { SourceImage } from './ilsvrc-source.js';
import type { ImageReader } from './image-reader.js';

/** Files that are asked for their sizes and times, or read, at once. */
const AT_ONCE = 64;

/** What `prepare` keeps of the files that a shard was made from. */
export interface FilesState {
  /** SHA-256 of the names, labels, places in tars, sizes and times of modification of the images' files. */
  readonly files: string;
  /** SHA-256 of the SHA-256 of every image's file. */
  readonly content: string;
}

/**
 * The `files` of a {@link FilesState}. No image is read, so a file that was replaced by one of the same size
 * and time goes unnoticed. The path of the data set does not matter. A file that has vanished is not an error
 * here.
 */
export async function filesOf(images: readonly SourceImage[]): Promise<string> {
  const tars = new Map<string, Promise<string>>();
  const fileOf = ({ bytes: { file, range, row } }: SourceImage): Promise<string> => {
    const state = tars.get(file) ?? sizeAndTime(file);
    if (range || row) tars.set(file, state);
    return state;
  };
  const state = createHash('sha256');
  const ahead = pMapIterable(images, fileOf, { concurrency: AT_ONCE });
  let i = 0;
  for await (const file of ahead) {
    const { name, label, bytes } = images[i++] as SourceImage;
    state.update(`${label} ${name} ${file} ${bytes.range?.offset ?? 0} ${bytes.range?.size ?? 0}\n`);
  }
  return state.digest('hex');
}

/** The `content` of a {@link FilesState}, which reads every image. */
export async function contentOf(images: readonly SourceImage[], reader: ImageReader): Promise<string> {
  const state = createHash('sha256');
  const ahead = pMapIterable(
    images,
    (image) => reader.read(image).then(digestOf, () => digestOf(undefined)),
    {
      concurrency: AT_ONCE / 4,
    },
  );
  for await (const digest of ahead) state.update(digest);
  return state.digest('hex');
}

/** What `content` is made of, for one image; `file` is undefined if it cannot be read. */
export function digestOf(file: Uint8Array | undefined): Buffer {
  return createHash('sha256')
    .update(file ?? 'unreadable')
    .digest();
}

/** Groups of `size` images, the last of which may have fewer. */
export async function* imageGroups(
  images: AsyncIterable<SourceImage>,
  size: number,
): AsyncGenerator<SourceImage[]> {
  let group: SourceImage[] = [];
  for await (const image of images) {
    group.push(image);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

async function sizeAndTime(file: string): Promise<string> {
  try {
    const { size, mtimeMs } = await stat(file);
    return `${size} ${Math.round(mtimeMs)}`; // many copies lose parts of a millisecond
  } catch (error) {
    return `${(error as NodeJS.ErrnoException).code}`; // the error is thrown when the image is read
  }
}
