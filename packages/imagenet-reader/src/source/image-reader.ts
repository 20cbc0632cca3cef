import { readSmallFile } from './byte-source.js';
import { FilePool } from './file-pool.js';
import type { FileRange, SourceImage } from './ilsvrc-source.js';
import { planesPng } from './planes-png.js';

/** Bytes of the largest file that is accepted as an image; ILSVRC's have up to some 15 MB. */
export const LARGEST_IMAGE: number = 1 << 28;

/** Reads the files of images, whole or out of tars, with few tars open at a time. */
export class ImageReader {
  readonly #tars: FilePool = new FilePool({
    closed: () => 'the source was closed.',
    tooShort: (tar) => `${tar} has become shorter since it was listed.`,
  });

  /** The bytes of an image's file. @throws Error of one line that names the image and the reason. */
  async read({ bytes, location }: Pick<SourceImage, 'bytes' | 'location'>): Promise<Buffer> {
    const { file, range, planes } = bytes;
    if (!range) return readSmallFile(file, LARGEST_IMAGE);
    const content = await this.#range(file, range, location);
    return planes ? planesPng(content, planes) : content;
  }

  close(): Promise<void> {
    return this.#tars.close();
  }

  async #range(file: string, range: Required<FileRange>['range'], location: string): Promise<Buffer> {
    try {
      return await this.#tars.read(file, range.offset, range.size);
    } catch (error) {
      const { message, code } = error as NodeJS.ErrnoException;
      const reason = code === undefined ? `: ${message}` : ` (${code}).`;
      throw new Error(`${location} cannot be read${reason}`, { cause: error });
    }
  }
}
