import { join } from 'node:path';
import { type ByteSource, readSmallFile } from './byte-source.js';
import type { SourceImage } from './ilsvrc-source.js';
import type { ImageList } from './image-list.js';
import { printable } from './printable.js';

/** Pictures of one folder or one tar, held in a few flat arrays: ILSVRC's 1.3 million take some 60 MB. */
export interface ImageGroup {
  readonly count: number;
  /** The pictures from number `from` on. */
  images(from?: number): Generator<SourceImage>;
}

/** Where the pictures of a group lie. */
export interface GroupPlace {
  /** The folder, or the tar as errors call it. */
  readonly location: string;
  /** The file whose byte ranges the pictures are; absent for a folder. */
  readonly source?: ByteSource;
  /** One label for all, or one each in the order of the list. */
  readonly labels: number | Uint32Array;
}

const PICTURE = /\.(jpe?g|png|webp|gif|tiff?)$/i;

/** Bytes of the largest file that is taken for a picture; ILSVRC's have up to some 15 MB. */
export const LARGEST_PICTURE: number = 1 << 28;

/** Whether a file is a picture by its name; hidden files, as macOS leaves in archives, are not. */
export function isPictureName(name: string): boolean {
  return PICTURE.test(name) && !name.startsWith('.');
}

/** Orders names by UTF-16 unit, the same on every machine. */
export function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The pictures of a list, in its order. */
export function imageGroup(list: ImageList, { location, source, labels }: GroupPlace): ImageGroup {
  return {
    count: list.count,
    *images(from = 0) {
      for (let i = from; i < list.count; i++) {
        const { name, offset, size } = list.at(i);
        const path = join(location, name);
        yield {
          name: printable(name),
          location: printable(path),
          label: typeof labels === 'number' ? labels : (labels[i] ?? 0),
          place: source ? { file: source.path, range: { offset, size } } : { file: path },
          read: () =>
            source ? readRange(source, offset, size, printable(path)) : readSmallFile(path, LARGEST_PICTURE),
        };
      }
    },
  };
}

async function readRange(source: ByteSource, offset: number, size: number, path: string): Promise<Buffer> {
  const bytes = await source.read(offset, size);
  if (bytes.length < size) {
    throw new Error(`${path} cannot be read: ${source.path} has become shorter since it was opened.`);
  }
  return bytes;
}
