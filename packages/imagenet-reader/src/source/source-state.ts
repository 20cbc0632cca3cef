import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { type IlsvrcSource, type SourceImage, splits } from './ilsvrc-source.js';

/** Files whose sizes and times are asked for at once. */
const AT_ONCE = 256;

/**
 * A SHA-256 that changes when the data set does: with its layout and classes, and with the name, label, place
 * in a tar, size and time of modification of any image. No image is read, so a file that was replaced by one
 * of the same size and time goes unnoticed.
 *
 * Tars are asked once each; of images that are files, each one is. The path of the data set does not matter.
 *
 * @throws AbortError on `signal`. A file that has vanished since the source was opened is no error here.
 */
export async function sourceState(
  source: IlsvrcSource,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<string> {
  const state = createHash('sha256').update(JSON.stringify([source.layout, source.classes]));
  const tars = new Map<string, Promise<string>>();
  const fileOf = ({ bytes: { file, range } }: SourceImage): Promise<string> => {
    if (!range) return sizeAndTime(file);
    const known = tars.get(file) ?? sizeAndTime(file);
    tars.set(file, known);
    return known;
  };
  for (const split of splits) {
    state.update(`\n${split}`);
    for await (const images of groups(source.images(split))) {
      signal?.throwIfAborted();
      const files = await Promise.all(images.map(fileOf));
      for (const [i, { name, label, bytes }] of images.entries()) {
        state.update(`\n${label} ${name} ${files[i]} ${bytes.range?.offset ?? 0} ${bytes.range?.size ?? 0}`);
      }
    }
  }
  return state.digest('hex');
}

async function sizeAndTime(file: string): Promise<string> {
  try {
    const { size, mtimeMs } = await stat(file);
    return `${size} ${mtimeMs}`;
  } catch (error) {
    return `${(error as NodeJS.ErrnoException).code}`; // reading the image will give the error, or skip it
  }
}

async function* groups(images: AsyncIterable<SourceImage>): AsyncGenerator<SourceImage[]> {
  let group: SourceImage[] = [];
  for await (const image of images) {
    group.push(image);
    if (group.length < AT_ONCE) continue;
    yield group;
    group = [];
  }
  yield group;
}
