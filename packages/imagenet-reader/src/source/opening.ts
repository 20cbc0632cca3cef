import { type ByteSource, openByteSource } from './byte-source.js';

/** The arguments with which every layout is opened. */
export interface Opening {
  readonly path: string;
  readonly valFolder: string | undefined;
  readonly signal: AbortSignal | undefined;
  /** Files that stay open until everything is listed. */
  readonly files: OpenFiles;
}

/** Files that are closed together. */
export class OpenFiles {
  readonly #open: ByteSource[] = [];

  async open(path: string): Promise<ByteSource> {
    const source = await openByteSource(path);
    this.#open.push(source);
    return source;
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.splice(0).map((source) => source.close()));
  }
}
