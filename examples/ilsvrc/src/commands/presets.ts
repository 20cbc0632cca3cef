import { diffPresets, layerSizes, presetFields, presets } from '@alexnet/alexnet-model';
import { Command } from 'commander';
import { printResult, type ResultOptions } from '../cli/print-result.js';
import { coloursFor } from '../cli/terminal.js';
import { differencesReport } from '../presets/differences-report.js';
import { presetList } from '../presets/preset-list.js';
import { presetReport } from '../presets/preset-report.js';
import { presetName } from '../run/run-settings.js';

/** `alexnet presets`: the list of presets, one preset with its sources, or the differences between two. */
export function presetsCommand(): Command {
  return new Command('presets')
    .description('list the presets, show one with the source of every value, or compare two')
    .argument('[a]', 'preset to show')
    .argument('[b]', 'preset to compare it with')
    .option('--json', 'print JSON')
    .action((a: string | undefined, b: string | undefined, options: ResultOptions) => {
      const { data, text } = answer(a, b);
      printResult(options, data, text);
    });
}

interface Answer {
  data: unknown;
  text(): string;
}

function answer(a: string | undefined, b: string | undefined): Answer {
  const colours = coloursFor(process.stdout);
  const columns = process.stdout.columns ?? Number.POSITIVE_INFINITY; // a file or a pipe has no width
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
