import { Command } from 'commander';
import { wholeNumber } from '../cli/options.js';
import { EventLines } from '../run/event-lines.js';
import { openRun } from '../run/open-run.js';
import { addRunOptions, type RunCommandOptions } from '../run/run-command.js';
import { trainRun } from '../run/train-run.js';

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
        const line = lines.of(event);
        if (options.json && line) process.stdout.write(`${JSON.stringify(line)}\n`);
        else if (line?.event === 'end') process.stdout.write(`${line.path}  sha256 ${line.weightsSha256}\n`);
      },
    });
  } finally {
    await run.close();
  }
}
