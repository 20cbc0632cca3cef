import type { LayerSize, PresetField } from '@alexnet/alexnet-model';
import type { coloursFor } from '../cli/colours.js';
import { textTable } from '../cli/text-table.js';
import { citedWorks, fieldLabel, valueText } from './field-text.js';

/** A preset with everything in it. */
export interface ShownPreset {
  name: string;
  description: string;
  layers: readonly LayerSize[];
  fields: readonly PresetField[];
}

/** A preset for a terminal: the sizes of its layers, then every value with its source. */
export function presetReport(
  { name, description, layers, fields }: ShownPreset,
  { bold, dim }: ReturnType<typeof coloursFor>,
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
  const rows = textTable(
    fields.map(({ path, value, source }) => [fieldLabel(path), valueText(value), source]),
  ).map((line, i) => {
    const { source = '' } = fields[i] ?? {};
    return line.slice(0, line.length - source.length) + dim(source);
  });
  return [
    `${bold(name)}  ${description}`,
    '',
    bold(header),
    ...lines,
    '',
    ...rows,
    '',
    ...citedWorks(fields.map(({ source }) => source)).map(dim),
  ].join('\n');
}
