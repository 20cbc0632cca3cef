import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { type IlsvrcSource, type SourceImage, splits } from './ilsvrc-source.js';

/** Images whose files are asked for their sizes and times at once. */
const AT_ONCE = 256;

/**
 * A SHA-256 that changes when the data set does: with its layout and classes, and with the name, label, place
 * in a tar, size and time of modification of any image. No image is read, so a file that was replaced by one
 * of the same size and time goes unnoticed. The path of the data set does not matter.
 *
 * @throws AbortError on `signal`. A file that has vanished since the source was opened is not an error here.
 */
export async function sourceState(
  source: IlsvrcSource,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<string> {
  const state = createHash('sha256').update(JSON.stringify([source.layout, source.classes]));
  const files = new FileStates();
  for (const split of splits) {
    state.update(`\n${split}`);
    for await (const images of imageGroups(source.images(split), AT_ONCE)) {
      signal?.throwIfAborted();
      state.update(await files.of(images));
    }
  }
  return state.digest('hex');
}

/** A SHA-256 of the {@link sourceState} of some images, without the layout and the classes. */
export async function imagesState(images: readonly SourceImage[]): Promise<string> {
  return createHash('sha256')
    .update(await new FileStates().of(images))
    .digest('hex');
}

/** The sizes and times of files. Every tar is asked once. */
class FileStates {
  readonly #tars = new Map<string, Promise<string>>();

  /** One line for each image. */
  async of(images: readonly SourceImage[]): Promise<string> {
    const files = await Promise.all(images.map((image) => this.#fileOf(image)));
    return images
      .map(({ name, label, bytes: { range } }, i) => {
        return `\n${label} ${name} ${files[i]} ${range?.offset ?? 0} ${range?.size ?? 0}`;
      })
      .join('');
  }

  #fileOf({ bytes: { file, range } }: SourceImage): Promise<string> {
    if (!range) return sizeAndTime(file);
    const state = this.#tars.get(file) ?? sizeAndTime(file);
    this.#tars.set(file, state);
    return state;
  }
}

async function sizeAndTime(file: string): Promise<string> {
  try {
    const { size, mtimeMs } = await stat(file);
    return `${size} ${Math.floor(mtimeMs)}`; // many copies lose parts of a millisecond
  } catch (error) {
    return `${(error as NodeJS.ErrnoException).code}`; // the error is thrown when the image is read
  }
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
