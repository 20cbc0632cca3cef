import { Command, Option } from 'commander';
import { say } from '../cli/say.js';
import { dataFolderOption, onErrorOption } from '../data/data-options.js';
import { preparedData } from '../data/prepared-data.js';
import { evaluateBothWays } from '../run/evaluate-both-ways.js';
import { openModel } from '../run/open-model.js';
import { resultsTable } from '../run/results-table.js';
import { RunFolder } from '../run/run-folder.js';
import { dataOf } from '../run/run-settings.js';
import { adapterOption, backendChoices, startBackend } from '../run/start-backend.js';

interface EvaluateCommandOptions {
  run: string;
  data?: string;
  backend: (typeof backendChoices)[number];
  adapter?: string | number;
  dataFolder: string;
  onError: 'stop' | 'skip';
  json?: boolean;
}

/** `alexnet evaluate`: the errors of a finished or stopped run, with one view and with ten. */
export function evaluateCommand(signal: AbortSignal): Command {
  return new Command('evaluate')
    .description('evaluate the checkpoint of a run with one view and with ten')
    .requiredOption('--run <dir>', 'folder of the run')
    .option('--data <dir>', 'data to evaluate on; default that of the run')
    .addOption(new Option('--backend <name>', 'backend').choices(backendChoices).default('auto'))
    .addOption(adapterOption())
    .addOption(dataFolderOption())
    .addOption(onErrorOption())
    .option('--json', 'print JSON')
    .action(async (options: EvaluateCommandOptions) => {
      const folder = new RunFolder(options.run);
      const settings = await folder.settings();
      await startBackend(options.backend, options);
      const { path, embedded } = dataOf(settings);
      const { dataFolder, onError } = options;
      const data = await preparedData({ path: options.data ?? path, embedded, dataFolder, onError, signal });
      try {
        const { model, load } = openModel(settings, data);
        const checkpoint = await folder.latestCheckpoint();
        const { step } = await load(checkpoint);
        say(`  ${checkpoint}: step ${step}`);
        const { results } = await evaluateBothWays(model, data, settings, signal);
        const table = resultsTable(results, data.classes.length);
        process.stdout.write(`${options.json ? JSON.stringify(results, null, 2) : table}\n`);
      } finally {
        await data.close();
      }
    });
}
