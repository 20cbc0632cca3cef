import { describeValue } from '@alexnet/validate';
import type { ResultRow, ResultTable, TableError } from './paper-tables.js';
import { wilsonInterval } from './wilson-interval.js';

/**
 * A results table with more rows below its own, as Markdown that is also aligned as text.
 *
 * @param table One of {@link paperTables}, or your own.
 * @param rows Errors in 0 .. 1 by the names of the table's columns; `{error, images}` adds Wilson's 95%
 *   interval.
 * @throws RangeError if a row has a column that the table lacks or an error that is not in 0 .. 1.
 * @example
 * const ours = { model: 'ours', errors: { 'top-1': { error: errors.error(1), images: errors.images } } };
 * console.log(comparisonTable(paperTables.ilsvrc2010, [ours]));
 */
export function comparisonTable(table: ResultTable, rows: readonly ResultRow[] = []): string {
  const lines = [
    ['model', ...table.columns],
    ...[...table.rows, ...rows].map((row) => cellsOf(row, table.columns)),
  ].map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = (lines[0] as string[]).map((_, column) =>
    Math.max(...lines.map((cells) => (cells[column] as string).length)),
  );
  const padded = lines.map((cells) => cells.map((cell, column) => cell.padEnd(widths[column] as number)));
  padded.splice(1, 0, widths.map((width) => '-'.repeat(width))); // biome-ignore format: a rule below the head
  const text = padded.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
  return `${table.title} (${table.source})\n\n${text}`;
}

function cellsOf({ model, errors }: ResultRow, columns: readonly string[]): string[] {
  const other = Object.keys(errors).find((name) => !columns.includes(name));
  if (other !== undefined) {
    throw new RangeError(
      `errors must be of ${columns.join(', ')} (comparisonTable), got '${other}' for '${model}'.`,
    );
  }
  return [model, ...columns.map((name) => cellOf(errors[name], model))];
}

function cellOf(value: TableError | undefined, model: string): string {
  if (value === undefined) return '-';
  const { error, images } = typeof value === 'number' ? { error: value, images: undefined } : value;
  if (!(error >= 0 && error <= 1)) {
    throw new RangeError(
      `errors must be in 0 .. 1 (comparisonTable), got ${describeValue(error)} for '${model}'.`,
    );
  }
  const percent = (share: number): string => (share * 100).toFixed(1);
  if (images === undefined) return `${percent(error)}%`;
  const [low, high] = wilsonInterval(error, images).map(percent);
  return `${percent(error)}% (${low} to ${high}%)`;
}
