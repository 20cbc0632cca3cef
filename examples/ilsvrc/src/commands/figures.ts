import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceFile } from '@alexnet/durable-files';
import type { PreparedData, Split } from '@alexnet/imagenet-reader';
import { Command, Option } from 'commander';
import { UsageError } from '../cli/errors.js';
import { printResult, type ResultOptions } from '../cli/print-result.js';
import { progress } from '../cli/progress.js';
import { requireWritable } from '../cli/require-writable.js';
import type { DataFolderOptions } from '../data/prepared-data.js';
import type { TrainedModel } from '../evaluate/predict-batches.js';
import { withEvaluatedRuns } from '../evaluate/with-evaluated-runs.js';
import { type FiguresOptions, figure3, figure4Left, figure4Right } from '../report/draw-figures.js';
import type { BackendSelection } from '../run/start-backend.js';
import { addBackendOptions } from './options/backend-options.js';
import { addDataOptions } from './options/data-options.js';
import { wholeNumber } from './options/option-values.js';

interface FiguresCommandOptions extends BackendSelection, DataFolderOptions, ResultOptions {
  run: string;
  out: string;
  data?: string;
  split: Split;
  seed?: number;
}

/** The files that the command writes into `--out`. */
const files = {
  figure3: 'figure3.png',
  figure4Left: 'figure4-left.html',
  figure4Right: 'figure4-right.png',
  neighbours: 'figure4-right.json',
} as const;

/** `alexnet figures`: Figures 3 and 4 of the paper, drawn from a run's checkpoint. */
export function figuresCommand(signal: AbortSignal): Command {
  const command = new Command('figures')
    .description(
      'draw Figures 3 (kernels of conv1) and 4 (predictions, nearest neighbours) of the paper for a run',
    )
    .requiredOption('--run <dir>', 'folder of the run')
    .requiredOption('--out <dir>', 'folder to write the figures to')
    .option('--data <dir>', "data whose images are shown (default: the run's)")
    .addOption(new Option('--split <split>', 'images to show').choices(['val', 'test']).default('val'))
    .addOption(wholeNumber('--seed <n>', "seed that chooses the images (default: the run's)", 0));
  return addDataOptions(addBackendOptions(command))
    .option('--json', 'print JSON: the files, and the neighbours with their distances')
    .action((options: FiguresCommandOptions) => figures(options, signal));
}

async function figures(options: FiguresCommandOptions, signal: AbortSignal): Promise<void> {
  const { out, split } = options;
  const old = Object.values(files).find((name) => existsSync(join(out, name)));
  if (old) throw new UsageError(`${join(out, old)} already exists; choose another --out.`);
  requireWritable(out, '--out');
  await withEvaluatedRuns({ ...options, runs: [options.run] }, signal, async ([run], data) => {
    const chosen = { split, seed: options.seed ?? run.settings.seed, signal };
    const { png, rows } = await neighbours(run, data, chosen);
    await mkdir(out, { recursive: true });
    const write = (name: string, content: Buffer | string): Promise<void> =>
      replaceFile(join(out, name), content);
    await write(files.figure3, await figure3(run));
    await write(files.figure4Left, await figure4Left(run, data, chosen));
    await write(files.figure4Right, png);
    const found = { split, layer: 'fc7', distance: 'euclidean', queries: rows };
    await write(files.neighbours, `${JSON.stringify(found, null, 2)}\n`);
    const written = Object.values(files).map((name) => join(out, name));
    printResult(options, { files: written, neighbours: found }, () => written.join('\n'));
  });
}

/** Figure 4 (right), with a progress bar because it compares every training image. */
async function neighbours(
  trained: TrainedModel,
  data: PreparedData,
  chosen: FiguresOptions,
): ReturnType<typeof figure4Right> {
  const bar = progress('neighbours', data.splits.train.images);
  try {
    return await figure4Right(trained, data, { ...chosen, onProgress: (images) => bar.update(images) });
  } finally {
    bar.stop();
  }
}
