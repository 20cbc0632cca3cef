import { Checkpoints } from '@alexnet/sgd-momentum-trainer';
import { Command, Option } from 'commander';
import { preparedData } from '../data/prepared-data.js';
import { evaluateBothWays } from '../evaluate/evaluate-both-ways.js';
import { writeRunReport } from '../report/write-run-report.js';
import { openModel } from '../run/open-model.js';
import { requireCheckpoint } from '../run/require-checkpoint.js';
import { RunFolder } from '../run/run-folder.js';
import { dataOf } from '../run/run-settings.js';
import { adapterOption, backendChoices, startBackend } from '../run/start-backend.js';
import { dataFolderOption, onErrorOption } from './options/data-options.js';

interface ReportCommandOptions {
  run: string;
  data?: string;
  backend: (typeof backendChoices)[number];
  adapter?: string | number;
  dataFolder: string;
  onError: 'stop' | 'skip';
}

/** `alexnet report`: draws `report.html` of a run again, also of one that goes on or was killed. */
export function reportCommand(signal: AbortSignal): Command {
  return new Command('report')
    .description('evaluate the last checkpoint of a run and draw its report.html, also while it trains')
    .requiredOption('--run <dir>', 'folder of the run')
    .option('--data <dir>', 'data to evaluate on; default that of the run')
    .addOption(new Option('--backend <name>', 'backend').choices(backendChoices).default('auto'))
    .addOption(adapterOption())
    .addOption(dataFolderOption())
    .addOption(onErrorOption())
    .action(async (options: ReportCommandOptions) => {
      const folder = new RunFolder(options.run);
      const settings = await folder.settings();
      await startBackend(options.backend, options);
      const { path: ownPath, embedded } = dataOf(settings);
      const { dataFolder, onError } = options;
      const source = options.data ?? ownPath;
      const data = await preparedData({ path: source, embedded, dataFolder, onError, signal });
      try {
        const { model } = openModel(settings, data);
        const found = await new Checkpoints(folder.checkpoints).load(model);
        const { step } = requireCheckpoint(folder, found);
        const evaluated = await evaluateBothWays(model, data, settings, signal);
        await writeRunReport({ folder, data, model, evaluated, step });
        process.stdout.write(`${folder.report}\n`);
      } finally {
        await data.close();
      }
    });
}
