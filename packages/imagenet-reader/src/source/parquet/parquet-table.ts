import { messageOf } from '@alexnet/validate';
import {
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
  type SchemaTree,
} from 'hyparquet';
import type { ByteSource } from '../byte-source.js';
import { printable } from '../printable.js';
import { pageCodecs, whyNotUnpacked } from './page-codecs.js';
import { chunkBytes, parquetBytes } from './parquet-bytes.js';
import { onlyColumns, type TableColumns, tableColumns } from './table-columns.js';

/** A row that was read: its columns by name. A column of structures has objects. */
export type TableRow = Readonly<Record<string, unknown>>;

/** A Parquet file with a column of images. Only the columns that are asked for are read. */
export class ParquetTable {
  readonly path: string;
  readonly columns: TableColumns;
  /** Number of rows in each row group. */
  readonly groups: readonly number[];
  readonly #source: ByteSource;
  readonly #metadata: FileMetaData;

  private constructor(source: ByteSource, metadata: FileMetaData, columns: TableColumns) {
    this.path = source.path;
    this.columns = columns;
    this.groups = metadata.row_groups.map(({ num_rows }) => Number(num_rows));
    this.#source = source;
    this.#metadata = metadata;
  }

  /** @throws Error of one line that names the file if it is not a whole Parquet file or has no images. */
  static async open(source: ByteSource): Promise<ParquetTable> {
    await refusePointer(source);
    const { metadata, tree } = await metadataOf(source).catch((error: unknown) => {
      throw damaged(source.path, error);
    });
    const columns = tableColumns(tree, metadata, source.path);
    requireCodecs(metadata, columns, source.path);
    return new ParquetTable(source, metadata, columns);
  }

  /** Bytes of a column in a row group, unpacked. */
  bytesOf(column: readonly string[], group: number): number {
    const chunk = this.#metadata.row_groups[group]?.columns.find(
      ({ meta_data }) => meta_data?.path_in_schema.join() === column.join(),
    );
    return Number(chunk?.meta_data?.total_uncompressed_size ?? 0);
  }

  /** Reads some columns of a row group. @throws Error of one line that names the file if it is damaged. */
  async read(columns: readonly (readonly string[])[], group: number): Promise<TableRow[]> {
    const rowGroup = this.#metadata.row_groups[group];
    if (!rowGroup) throw damaged(this.path, new Error(`there is no row group ${group}`));
    const isRead = (path: readonly string[] = []): boolean =>
      columns.some((column) => column.join() === path.join());
    const chunks = rowGroup.columns.filter(({ meta_data }) => isRead(meta_data?.path_in_schema));
    try {
      const rows = await parquetReadObjects({
        file: await chunkBytes(this.#source, chunks),
        metadata: {
          ...this.#metadata,
          schema: onlyColumns(parquetSchema(this.#metadata), columns),
          row_groups: [{ ...rowGroup, columns: chunks }],
          num_rows: rowGroup.num_rows,
        },
        columns: [...new Set(columns.map(([name = '']) => name))],
        compressors: pageCodecs,
        utf8: false,
        geoparquet: false,
      });
      if (rows.length !== this.groups[group]) throw new Error(`row group ${group} has ${rows.length} rows`);
      return rows;
    } catch (error) {
      throw damaged(this.path, error);
    }
  }
}

async function metadataOf(source: ByteSource): Promise<{ metadata: FileMetaData; tree: SchemaTree }> {
  const metadata = await parquetMetadataAsync(parquetBytes(source), { geoparquet: false });
  return { metadata, tree: parquetSchema(metadata) };
}

/** All columns that are read must be compressed in a way that can be unpacked. */
function requireCodecs(metadata: FileMetaData, { image, name, label }: TableColumns, path: string): void {
  const read = [image, name, label].map((column) => column?.join());
  for (const { columns } of metadata.row_groups) {
    for (const { meta_data } of columns) {
      if (!meta_data || !read.includes(meta_data.path_in_schema.join())) continue;
      const reason = whyNotUnpacked(String(meta_data.codec));
      if (reason !== undefined) throw new Error(`${path} ${reason}`);
    }
  }
}

const POINTER = 'version https://git-lfs.github.com/';

/** A repository that was cloned without Git LFS has small text files in place of the data. */
async function refusePointer(source: ByteSource): Promise<void> {
  const start = await source.read(0, POINTER.length);
  if (start.toString('latin1') !== POINTER) return;
  throw new Error(`${source.path} is a pointer of Git LFS, not the data; type git lfs pull in its folder.`);
}

function damaged(path: string, error: unknown): Error {
  const reason = messageOf(error);
  return new Error(`${path} cannot be read as Parquet (${printable(reason)}); fetch it again.`, {
    cause: error,
  });
}
