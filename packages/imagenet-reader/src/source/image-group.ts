import { basename, join } from 'node:path';
import type { SourceImage } from './ilsvrc-source.js';
import type { ImageList } from './image-list.js';
import type { PlanesSize } from './planes-png.js';
import { printable } from './printable.js';

/** The images of one folder or one tar, held in a few flat arrays: ILSVRC's 1.3 million take some 60 MB. */
export interface ImageGroup {
  readonly count: number;
  /** The images from number `from` on. */
  images(from?: number): Generator<SourceImage>;
}

/** Where the images of a group are, and their labels. */
export interface GroupOptions {
  /** The folder, or the tar as errors name it. */
  readonly location: string;
  /** The path of the tar file that holds the images; absent for a folder. */
  readonly tar?: string | undefined;
  /** One label for all, or one for each in the order of the list. */
  readonly labels: number | Uint32Array;
  /** The size of images that the tar holds as raw pixels instead of files. */
  readonly planes?: PlanesSize;
}

/** The images of a list, in its order. */
export function imageGroup(list: ImageList, { location, tar, labels, planes }: GroupOptions): ImageGroup {
  return {
    count: list.count,
    *images(from = 0) {
      for (let i = from; i < list.count; i++) {
        const { name, offset, size } = list.at(i);
        const path = join(location, name);
        yield {
          name: printable(basename(name)),
          location: printable(path),
          label: typeof labels === 'number' ? labels : (labels[i] ?? 0),
          bytes:
            tar === undefined
              ? { file: path }
              : { file: tar, range: { offset, size }, ...(planes && { planes }) },
        };
      }
    },
  };
}
