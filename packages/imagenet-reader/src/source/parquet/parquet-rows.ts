import { stat } from 'node:fs/promises';
import type { FilePool } from '../file-pool.js';
import { ParquetTable, type TableRow } from './parquet-table.js';
import { RecentValues } from './recent-values.js';

/** Bytes of row groups that are kept, as long as there are more than two. */
const KEPT_BYTES = 1 << 28;
const KEPT_TABLES = 16;

/** Reads single images of Parquet files. A row group is read once for all its images that follow shortly. */
export class ParquetRows {
  readonly #files: FilePool;
  readonly #tables: RecentValues<ParquetTable> = new RecentValues(KEPT_TABLES);
  readonly #groups: RecentValues<TableRow[]> = new RecentValues(KEPT_BYTES);

  constructor(files: FilePool) {
    this.#files = files;
  }

  /** The bytes of an image's file; empty if the row has none. @throws Error that names the file. */
  async read(
    file: string,
    { group, index }: { readonly group: number; readonly index: number },
  ): Promise<Buffer> {
    const table = await this.#tables.get(file, 1, () => this.#open(file));
    const { image } = table.columns;
    const rows = await this.#groups.get(`${group} ${file}`, table.bytesOf(image, group), () =>
      table.read([image], group),
    );
    const bytes = image.reduce<unknown>((value, name) => (value as TableRow | null)?.[name], rows[index]);
    return bytes instanceof Uint8Array
      ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      : Buffer.alloc(0);
  }

  async #open(file: string): Promise<ParquetTable> {
    const { size } = await stat(file);
    const read = (position: number, length: number): Promise<Buffer> =>
      this.#files.read(file, position, length);
    return ParquetTable.open({ path: file, size, read, close: async () => undefined });
  }
}
