import { Command } from 'commander';
import { EventLines } from '../train/event-lines.js';
import { openRun } from '../train/open-run.js';
import { trainRun } from '../train/train-run.js';
import { wholeNumber } from './options/option-values.js';
import { addRunOptions, type RunCommandOptions } from './options/run-options.js';

interface TrainCommandOptions extends RunCommandOptions {
  maxSteps?: number;
  json?: boolean;
}

/** `alexnet train`: the training of `reproduce` by itself. */
export function trainCommand(signal: AbortSignal): Command {
  return addRunOptions(new Command('train').description('train AlexNet, or go on with a run'))
    .addOption(wholeNumber('--max-steps <n>', 'end after so many steps of the run; --resume goes on'))
    .option('--json', 'print every step, epoch, checkpoint and the end as JSON, one a line')
    .action((options: TrainCommandOptions) => trainCommandWith(options, signal));
}

async function trainCommandWith(options: TrainCommandOptions, signal: AbortSignal): Promise<void> {
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
