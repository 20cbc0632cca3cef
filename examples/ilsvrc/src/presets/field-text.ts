import { works } from '@alexnet/alexnet-model';
import { wrappedTable } from '../cli/text-table.js';

/** The name of a field with the name of its layer: `conv3.std` for `net.convs[2].std`. */
export function fieldLabel(path: string): string {
  return path
    .replace(/^net\./, '')
    .replace(/^convs\[(\d+)\]/, (_, index) => `conv${Number(index) + 1}`)
    .replace(/^dense\[(\d+)\]/, (_, index) => `fc${Number(index) + 6}`)
    .replace(/^output/, 'fc8');
}

/** A value in a table: numbers have six digits, null and an empty list are `none`, a missing field is `-`. */
export function valueText(value: unknown): string {
  if (value === undefined) return '-';
  if (value === null || (Array.isArray(value) && value.length === 0)) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return String(Number(value.toPrecision(6)));
  return Array.isArray(value) ? value.map(valueText).join(', ') : String(value);
}

/** The works that the sources start with, as lines below a table. */
export function citedWorks(sources: readonly string[], columns: number): string[] {
  const cited = new Set(sources.map((source) => source.split(' ', 1)[0]));
  return wrappedTable(
    Object.entries(works).filter(([name]) => cited.has(name)),
    columns,
  );
}
