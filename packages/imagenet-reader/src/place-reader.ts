import { readFile } from 'node:fs/promises';
import { type ByteSource, openByteSource } from './byte-source.js';
import type { SourceImage } from './ilsvrc-source.js';

/** A picture of a source as plain data: what another process needs to read it. */
export type ImagePlace = Pick<SourceImage, 'name' | 'label' | 'location' | 'place'>;

/** Reads pictures where they lie, with every tar opened once. */
export class PlaceReader {
  readonly #tars: Map<string, Promise<ByteSource>> = new Map();

  /** The bytes of a picture's file. @throws Error of one line that names the picture and the reason. */
  async read({ place, location }: Pick<ImagePlace, 'place' | 'location'>): Promise<Buffer> {
    try {
      if (!place.range) return await readFile(place.file);
      const { offset, size } = place.range;
      const bytes = await (await this.#tar(place.file)).read(offset, size);
      if (bytes.length === size) return bytes;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      throw new Error(`${location} cannot be read (${code}).`, { cause: error });
    }
    throw new Error(`${location} cannot be read: ${place.file} has become shorter since it was listed.`);
  }

  async close(): Promise<void> {
    const opened = [...this.#tars.values()];
    this.#tars.clear();
    for (const tar of opened) await (await tar.catch(() => undefined))?.close();
  }

  #tar(file: string): Promise<ByteSource> {
    const known = this.#tars.get(file);
    if (known) return known;
    const opened = openByteSource(file);
    this.#tars.set(file, opened);
    return opened;
  }
}
