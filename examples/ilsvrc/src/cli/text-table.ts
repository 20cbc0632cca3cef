/** A table for a terminal: columns two spaces apart, words to the left, numbers to the right. */
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
