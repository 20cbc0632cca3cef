import { readSmallFile } from './byte-source.js';
import { FilePool } from './file-pool.js';
import type { SourceImage } from './ilsvrc-source.js';
import { LARGEST_PICTURE } from './image-group.js';

/** A picture of a source as plain data: what another process needs to read it. */
export type ImagePlace = Pick<SourceImage, 'name' | 'label' | 'location' | 'place'>;

/** Reads pictures where they lie, with few tars open at a time. */
export class PlaceReader {
  readonly #tars: FilePool = new FilePool();

  /** The bytes of a picture's file. @throws Error of one line that names the picture and the reason. */
  async read({ place: { file, range }, location }: Pick<ImagePlace, 'place' | 'location'>): Promise<Buffer> {
    if (!range) return readSmallFile(file, LARGEST_PICTURE);
    try {
      return await this.#tars.read(file, range.offset, range.size);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? ` (${error.code}).` : undefined;
      const reason = code ?? `: ${file} has become shorter since it was listed.`;
      throw new Error(`${location} cannot be read${reason}`, { cause: error });
    }
  }

  close(): Promise<void> {
    return this.#tars.close();
  }
}
