import { Command } from 'commander';
import { duration } from '../cli/format.js';
import { say, sayPart } from '../cli/say.js';
import { resultsTable } from '../evaluate/error-table.js';
import { evaluateRun } from '../evaluate/evaluate-run.js';
import { writeRunReport } from '../report/write-run-report.js';
import { openRun } from '../train/open-run.js';
import { trainRun } from '../train/train-run.js';
import { addRunOptions, type RunCommandOptions } from './options/run-options.js';

/** `alexnet reproduce`: data, training, evaluation and report in one. */
export function reproduceCommand(signal: AbortSignal): Command {
  const command = new Command('reproduce').description(
    'train AlexNet on the embedded data set or on yours, evaluate it, and write a report',
  );
  return addRunOptions(command).action((options: RunCommandOptions) => reproduce(options, signal));
}

async function reproduce(options: RunCommandOptions, signal: AbortSignal): Promise<void> {
  const startedAt = performance.now();
  const run = await openRun({ ...options, isEvaluated: true }, signal);
  const { folder, board, settings, data, model } = run;
  try {
    await trainRun(run, { ...options, signal });
    sayPart('Evaluation');
    const evaluated = await evaluateRun(model, data, settings, signal);
    for (const result of evaluated.results) {
      const event = { type: 'evaluation', ...result } as const;
      await folder.append(event);
      await board.add(event);
    }
    await writeRunReport({ folder, data, model, evaluated });
    process.stdout.write(`${resultsTable(evaluated.results, data.classes.length)}\n`);
    say(`${folder.report}  (${duration((performance.now() - startedAt) / 1000)} in all)`);
  } finally {
    await run.close();
  }
}
