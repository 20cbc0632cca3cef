import type { CitedValue, PresetDifference } from '@alexnet/alexnet-model';
import type { coloursFor } from '../cli/terminal.js';
import { wrappedTable } from '../cli/text-table.js';
import { citedWorks, fieldLabel, valueText } from './field-text.js';

/** Two presets and their differences. */
export interface ShownDifferences {
  a: string;
  b: string;
  differences: readonly PresetDifference[];
}

/** The differences for a terminal of `columns`: below each field both values with their sources. */
export function differencesReport(
  { a, b, differences }: ShownDifferences,
  { bold, dim }: ReturnType<typeof coloursFor>,
  columns: number,
): string {
  if (differences.length === 0) return `${a} and ${b} are the same.`;
  const side = (name: string, cited: CitedValue | undefined): string[] => [
    `  ${name}`,
    valueText(cited?.value),
    cited?.source ?? '',
  ];
  const rows = differences.flatMap((difference) => [side(a, difference.a), side(b, difference.b)]);
  const lines = wrappedTable(rows, columns, dim);
  const sources = rows.map(([, , source = '']) => source);
  return [
    ...differences.flatMap(({ path }, i) => [bold(fieldLabel(path)), ...lines.slice(2 * i, 2 * i + 2)]),
    '',
    ...citedWorks(sources, columns).map(dim),
  ].join('\n');
}
