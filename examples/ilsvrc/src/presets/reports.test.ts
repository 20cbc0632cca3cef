import { diffPresets, layerSizes, type PresetName, presetFields, presets } from '@alexnet/alexnet-model';
import { expect, test } from 'vitest';
import { differencesReport } from './differences-report.js';
import { presetList } from './preset-list.js';
import { presetReport } from './preset-report.js';

const names = Object.keys(presets) as PresetName[];
const plain = { bold: String, dim: String } as unknown as Parameters<typeof presetList>[1];
const widest = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));

test.each([80, 120])('no line of a report is wider than a terminal of %i columns', (columns) => {
  const listed = names.map((name) => ({ name, parameters: 6e7, description: presets[name].description }));
  expect(widest(presetList(listed, plain, columns))).toBeLessThanOrEqual(columns);
  for (const name of names) {
    const { description } = presets[name];
    const shown = { name, description, layers: layerSizes(name), fields: presetFields(name) };
    expect(widest(presetReport(shown, plain, columns)), name).toBeLessThanOrEqual(columns);
    for (const b of names) {
      const differences = diffPresets(name, b);
      const report = differencesReport({ a: name, b, differences }, plain, columns);
      expect(widest(report), `${name} ${b}`).toBeLessThanOrEqual(columns);
    }
  }
});
