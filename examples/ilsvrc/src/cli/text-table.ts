import { wrap } from './wrap.js';

/** A table for a terminal, with columns two spaces apart. */
export function textTable(
  rows: readonly (readonly string[])[],
  align: (column: number) => 'left' | 'right' = () => 'left',
): string[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const pad = (cell: string, column: number): string =>
    align(column) === 'left' ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => row.map(pad).join('  ').trimEnd());
}

const indent = 4;

/**
 * A table at most `columns` wide. If a row is too wide, its last cell is moved below the others, indented and
 * wrapped. `paint` colours the last cells.
 */
export function wrappedTable(
  rows: readonly (readonly string[])[],
  columns: number,
  paint: (last: string) => string = (last) => last,
): string[] {
  const before = textTable(rows.map((row) => [...row.slice(0, -1), '|']));
  return rows.map((row, i) => {
    const start = (before[i] ?? '|').slice(0, -1);
    const last = row.at(-1) ?? '';
    if (start.length + last.length <= columns) return (start + paint(last)).trimEnd();
    return `${start.trimEnd()}\n${' '.repeat(indent)}${paint(wrap(last, columns, indent))}`;
  });
}
