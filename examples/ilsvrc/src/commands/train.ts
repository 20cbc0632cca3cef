import { Command } from 'commander';
import type { ResultOptions } from '../cli/print-result.js';
import { EventLines } from '../train/event-lines.js';
import { openRun } from '../train/open-run.js';
import { trainRun } from '../train/train-run.js';
import { wholeNumber } from './options/option-values.js';
import { addRunOptions, type RunCommandOptions } from './options/run-options.js';

interface TrainCommandOptions extends RunCommandOptions, ResultOptions {
  maxSteps?: number;
}

/** `alexnet train`: the training of `reproduce` without the evaluation and the report. */
export function trainCommand(signal: AbortSignal): Command {
  return addRunOptions(new Command('train').description('train AlexNet, or resume an interrupted run'))
    .addOption(wholeNumber('--max-steps <n>', 'stop after step n of the run; resume with --resume'))
    .option('--json', 'print a line of JSON for every step, epoch and checkpoint, and for the end')
    .action((options: TrainCommandOptions) => trainAndPrint(options, signal));
}

async function trainAndPrint(options: TrainCommandOptions, signal: AbortSignal): Promise<void> {
  const run = await openRun(options, signal);
  const lines = new EventLines();
  try {
    await trainRun(run, {
      ...options,
      signal,
      onEvent: (event) => {
        const line = lines.next(event);
        if (options.json && line) process.stdout.write(`${JSON.stringify(line)}\n`);
        else if (line?.event === 'end') process.stdout.write(`${line.path}  sha256 ${line.weightsSha256}\n`);
      },
    });
  } finally {
    await run.close();
  }
}
