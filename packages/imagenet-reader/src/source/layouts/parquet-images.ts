import { basename, join } from 'node:path';
import type { ImageGroup } from '../image-group.js';
import { ImageList } from '../image-list.js';
import type { ParquetTable, TableRow } from '../parquet/parquet-table.js';
import { printable } from '../printable.js';

/** The images of a Parquet file, in the order of its rows. */
export interface ParquetImages {
  readonly list: ImageList;
  /** -1 for an image without a label. */
  readonly labels: Int32Array;
  readonly group: ImageGroup;
}

const LARGEST_LABEL = 1 << 17; // ImageNet has 21,841 classes

/**
 * Lists a Parquet file by its columns of labels and file names. No image is read.
 *
 * @throws Error that names the file and the row if a label is not a whole number.
 */
export async function parquetImages(table: ParquetTable, signal?: AbortSignal): Promise<ParquetImages> {
  const { label, name } = table.columns;
  const columns = name ? [label, name] : [label];
  const list = new ImageList();
  const found: number[] = [];
  const stem = basename(table.path, '.parquet');
  for (const group of table.groups.keys()) {
    signal?.throwIfAborted();
    for (const row of await table.read(columns, group)) {
      const number = list.count;
      found.push(labelOf(row[label[0]], `${table.path}: the label of row ${number}`));
      const file = name && nameOf(name, row);
      list.add(file ? basename(file) : `${stem}_${String(number).padStart(6, '0')}`);
    }
  }
  const labels = Int32Array.from(found);
  return { list, labels, group: rowGroups(table, list, labels) };
}

function rowGroups({ path, groups }: ParquetTable, list: ImageList, labels: Int32Array): ImageGroup {
  return {
    count: list.count,
    *images(from = 0) {
      let first = 0;
      for (const [group, rows] of groups.entries()) {
        for (let i = Math.max(from, first); i < first + rows; i++) {
          const { name } = list.at(i);
          yield {
            name: printable(name),
            location: printable(join(path, name)),
            label: labels[i] ?? 0,
            bytes: { file: path, row: { group, index: i - first } },
          };
        }
        first += rows;
      }
    },
  };
}

/** A label that is not published is -1 or null. */
function labelOf(value: unknown, location: string): number {
  const label = value === null || value === undefined ? -1 : Number(value);
  if (Number.isInteger(label) && label >= -1 && label < LARGEST_LABEL) return label;
  throw new Error(`${location} must be a whole number from 0 to ${LARGEST_LABEL - 1} (or -1), got ${value}.`);
}

function nameOf(column: readonly string[], row: TableRow): string | undefined {
  const value = column.reduce<unknown>((inner, name) => (inner as TableRow | null | undefined)?.[name], row);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
