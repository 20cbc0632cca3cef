import { Command, Option } from 'commander';
import { say } from '../cli/say.js';
import { preparedData } from '../data/prepared-data.js';
import { evaluateBothWays } from '../run/evaluate-both-ways.js';
import { openModel } from '../run/open-model.js';
import { RunFolder } from '../run/run-folder.js';
import { dataOf } from '../run/run-settings.js';
import { adapterOption, backendChoices, startBackend } from '../run/start-backend.js';
import { writeRunReport } from '../run/write-run-report.js';
import { dataFolderOption, onErrorOption } from './prepare.js';

interface ReportCommandOptions {
  run: string;
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
    .addOption(new Option('--backend <name>', 'backend').choices(backendChoices).default('auto'))
    .addOption(adapterOption())
    .addOption(dataFolderOption())
    .addOption(onErrorOption())
    .action(async (options: ReportCommandOptions) => {
      const folder = new RunFolder(options.run);
      const settings = await folder.settings();
      await startBackend(options.backend, options);
      const data = await preparedData({ ...dataOf(settings), ...options, signal });
      try {
        const { model, load } = openModel(settings, data);
        const { step } = await load(folder.checkpoint);
        say(`  ${folder.checkpoint}: step ${step}`);
        const evaluated = await evaluateBothWays(model, data, settings, signal);
        await writeRunReport({ folder, data, model, evaluated, step });
        process.stdout.write(`${folder.report}\n`);
      } finally {
        await data.close();
      }
    });
}
