import { readSmallFile } from './byte-source.js';
import { FilePool } from './file-pool.js';
import type { SourceImage } from './ilsvrc-source.js';
import { ParquetRows } from './parquet/parquet-rows.js';
import { planesPng } from './planes-png.js';

/** Bytes of the largest file that is accepted as an image; ILSVRC's have up to some 15 MB. */
export const LARGEST_IMAGE: number = 1 << 28;

/** Reads the files of images, whole or out of tars and Parquet files, with few of these open at a time. */
export class ImageReader {
  readonly #files: FilePool = new FilePool({
    closed: () => 'the source was closed.',
    tooShort: (file) => `${file} has become shorter since it was listed.`,
  });
  readonly #rows: ParquetRows = new ParquetRows(this.#files);

  /** The bytes of an image's file. @throws Error of one line that names the image and the reason. */
  async read({ bytes, location }: Pick<SourceImage, 'bytes' | 'location'>): Promise<Buffer> {
    const { file, range, planes, row } = bytes;
    if (row) return within(location, this.#rows.read(file, row));
    if (!range) return readSmallFile(file, LARGEST_IMAGE);
    const content = await within(location, this.#files.read(file, range.offset, range.size));
    return planes ? planesPng(content, planes) : content;
  }

  close(): Promise<void> {
    return this.#files.close();
  }
}

/** Names the image in the error of a read from a container. */
async function within(location: string, read: Promise<Buffer>): Promise<Buffer> {
  try {
    return await read;
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    const reason = code === undefined ? `: ${message}` : ` (${code}).`;
    throw new Error(`${location} cannot be read${reason}`, { cause: error });
  }
}
