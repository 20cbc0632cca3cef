import { diffPresets, layerSizes, presetFields, presets } from '@alexnet/alexnet-model';
import { Command } from 'commander';
import { coloursFor } from '../cli/terminal.js';
import { differencesReport } from '../presets/differences-report.js';
import { presetList } from '../presets/preset-list.js';
import { presetReport } from '../presets/preset-report.js';
import { presetName } from '../run/run-settings.js';

/** `alexnet presets`: all of them, one with its sources, or what two differ in. */
export function presetsCommand(): Command {
  return new Command('presets')
    .description('list the presets, show one with the source of every value, or what two differ in')
    .argument('[a]', 'a preset, with the source of every value')
    .argument('[b]', 'another, to compare it with')
    .option('--json', 'print JSON')
    .action((a: string | undefined, b: string | undefined, { json = false }: { json?: boolean }) => {
      const { data, text } = answer(a, b);
      process.stdout.write(`${json ? JSON.stringify(data, null, 2) : text()}\n`);
    });
}

interface Answer {
  data: unknown;
  text(): string;
}

function answer(a: string | undefined, b: string | undefined): Answer {
  const colours = coloursFor(process.stdout);
  const columns = process.stdout.columns ?? Number.POSITIVE_INFINITY; // in a file or a pipe one line each
  if (a === undefined) {
    const data = Object.entries(presets).map(([name, { description, source, net }]) => {
      const parameters = layerSizes(net).reduce((sum, layer) => sum + layer.parameters, 0);
      return { name, parameters, description, source };
    });
    return { data, text: () => presetList(data, colours, columns) };
  }
  const left = presetName(a);
  if (b === undefined) {
    const { description, source } = presets[left];
    const data = { name: left, description, source, layers: layerSizes(left), fields: presetFields(left) };
    return { data, text: () => presetReport(data, colours, columns) };
  }
  const right = presetName(b);
  const data = { a: left, b: right, differences: diffPresets(left, right) };
  return { data, text: () => differencesReport(data, colours, columns) };
}
