import { Command } from 'commander';
import type { DataFolderOptions } from '../data/prepared-data.js';
import { evaluateRun } from '../evaluate/evaluate-run.js';
import { withEvaluatedRuns } from '../evaluate/with-evaluated-runs.js';
import { writeRunReport } from '../report/write-run-report.js';
import type { BackendSelection } from '../run/start-backend.js';
import { addBackendOptions } from './options/backend-options.js';
import { addDataOptions } from './options/data-options.js';

interface ReportCommandOptions extends BackendSelection, DataFolderOptions {
  run: string;
  data?: string;
}

/**
 * `alexnet report`: draws the `report.html` of a run again, even of a run that is still training or was
 * killed.
 */
export function reportCommand(signal: AbortSignal): Command {
  const command = new Command('report')
    .description('evaluate the last checkpoint of a run and redraw its report.html, even while it trains')
    .requiredOption('--run <dir>', 'folder of the run')
    .option('--data <dir>', "data to evaluate on (default: the run's)");
  return addDataOptions(addBackendOptions(command)).action((options: ReportCommandOptions) =>
    withEvaluatedRuns({ ...options, runs: [options.run], split: 'val' }, signal, async ([run], data) => {
      const { folder, model, step, settings } = run;
      const evaluated = await evaluateRun(model, data, settings, signal);
      await writeRunReport({ folder, data, model, evaluated, step });
      process.stdout.write(`${folder.report}\n`);
    }),
  );
}
