import type { CitedValue, PresetDifference } from '@alexnet/alexnet-model';
import type { coloursFor } from '../cli/colours.js';
import { textTable } from '../cli/text-table.js';
import { citedWorks, fieldLabel, valueText } from './field-text.js';

/** Two presets and what they differ in. */
export interface ShownDifferences {
  a: string;
  b: string;
  differences: readonly PresetDifference[];
}

/** The differences for a terminal: below each pair of values their sources. */
export function differencesReport(
  { a, b, differences }: ShownDifferences,
  { bold, dim }: ReturnType<typeof coloursFor>,
): string {
  if (differences.length === 0) return `${a} and ${b} do not differ.`;
  const source = (side: CitedValue | undefined): string => side?.source ?? '';
  const rows = differences.flatMap((difference) => [
    [fieldLabel(difference.path), valueText(difference.a?.value), valueText(difference.b?.value)],
    ['', source(difference.a), source(difference.b)],
  ]);
  const [header = '', ...lines] = textTable([['', a, b], ...rows]);
  const sources = differences.flatMap((difference) => [source(difference.a), source(difference.b)]);
  return [
    bold(header),
    ...lines.map((line, i) => (i % 2 === 1 ? dim(line) : line)),
    '',
    ...citedWorks(sources).map(dim),
  ].join('\n');
}
