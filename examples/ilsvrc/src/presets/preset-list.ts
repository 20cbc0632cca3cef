import type { coloursFor } from '../cli/terminal.js';
import { wrappedTable } from '../cli/text-table.js';

/** A preset in the list. */
export interface ListedPreset {
  name: string;
  /** With 1000 classes. */
  parameters: number;
  description: string;
}

/** The list of presets for a terminal of `columns`. */
export function presetList(
  listed: readonly ListedPreset[],
  { bold }: ReturnType<typeof coloursFor>,
  columns: number,
): string {
  const rows = listed.map(({ name, parameters, description }) => [
    name,
    parameters.toLocaleString('en'),
    description,
  ]);
  const [header = '', ...lines] = wrappedTable([['preset', 'parameters', ''], ...rows], columns);
  return [bold(header), ...lines].join('\n');
}
