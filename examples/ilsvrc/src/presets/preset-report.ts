import type { LayerSize, PresetField } from '@alexnet/alexnet-model';
import type { coloursFor } from '../cli/terminal.js';
import { textTable, wrappedTable } from '../cli/text-table.js';
import { wrap } from '../cli/wrap.js';
import { citedWorks, fieldLabel, valueText } from './field-text.js';

/** A preset with all its fields. */
export interface ShownPreset {
  name: string;
  description: string;
  layers: readonly LayerSize[];
  fields: readonly PresetField[];
}

/** A preset for a terminal of `columns`: the sizes of the layers, then every value with its source. */
export function presetReport(
  { name, description, layers, fields }: ShownPreset,
  { bold, dim }: ReturnType<typeof coloursFor>,
  columns: number,
): string {
  const total = layers.reduce((sum, layer) => sum + layer.parameters, 0);
  const sizes = layers.map((layer) => [
    layer.name,
    layer.shape.join(' x '),
    layer.units.toLocaleString('en'),
    layer.parameters.toLocaleString('en'),
  ]);
  const [header = '', ...lines] = textTable(
    [['layer', 'output', 'units', 'parameters'], ...sizes, ['', '', '', total.toLocaleString('en')]],
    (column) => (column < 2 ? 'left' : 'right'),
  );
  const rows = wrappedTable(
    fields.map(({ path, value, source }) => [fieldLabel(path), valueText(value), source]),
    columns,
    dim,
  );
  return [
    `${bold(name)}  ${wrap(description, columns, name.length + 2)}`,
    '',
    bold(header),
    ...lines,
    '',
    ...rows,
    '',
    ...citedWorks(
      fields.map(({ source }) => source),
      columns,
    ).map(dim),
  ].join('\n');
}
