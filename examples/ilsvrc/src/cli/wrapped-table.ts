import { textTable } from './text-table.js';
import { wrap } from './wrap.js';

const indent = 4;

/**
 * A table no wider than `columns`: where a row is, its last cell stands below the others, indented and broken. `paint`
 * colours the last cells.
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
