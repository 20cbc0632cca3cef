import type { coloursFor } from '../cli/colours.js';
import { textTable } from '../cli/text-table.js';

/** A preset in the list. */
export interface ListedPreset {
  name: string;
  /** At 1000 classes. */
  parameters: number;
  description: string;
}

/** The presets for a terminal. */
export function presetList(listed: readonly ListedPreset[], { bold }: ReturnType<typeof coloursFor>): string {
  const rows = listed.map(({ name, parameters, description }) => [
    name,
    parameters.toLocaleString('en'),
    description,
  ]);
  const [header = '', ...lines] = textTable([['preset', 'parameters', ''], ...rows], (column) =>
    column === 1 ? 'right' : 'left',
  );
  return [bold(header), ...lines].join('\n');
}
