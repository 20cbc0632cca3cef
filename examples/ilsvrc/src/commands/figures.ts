import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '@alexnet/durable-files';
import type { PreparedData, Split } from '@alexnet/imagenet-reader';
import { Command, Option } from 'commander';
import { UsageError } from '../cli/errors.js';
import { progress } from '../cli/progress.js';
import { preparedData } from '../data/prepared-data.js';
import { type KnownRun, knownRuns, openNet, requireSameClasses } from '../evaluate/known-runs.js';
import type { Net } from '../evaluate/predict-batches.js';
import { type FiguresOptions, figure3, figure4Left, figure4Right } from '../report/draw-figures.js';
import { dataOf } from '../run/run-settings.js';
import { adapterOption, backendChoices, startBackend } from '../run/start-backend.js';
import { dataFolderOption, onErrorOption } from './options/data-options.js';
import { wholeNumber } from './options/option-values.js';

interface FiguresCommandOptions {
  run: string;
  out: string;
  data?: string;
  split: Split;
  seed?: number;
  backend: (typeof backendChoices)[number];
  adapter?: string | number;
  dataFolder: string;
  onError: 'stop' | 'skip';
  json?: boolean;
}

/** Files of the command, within `--out`. */
const files = {
  figure3: 'figure3.png',
  figure4Left: 'figure4-left.html',
  figure4Right: 'figure4-right.png',
  neighbours: 'figure4-right.json',
} as const;

/** `alexnet figures`: Figures 3 and 4 of the paper, of a run's checkpoint. */
export function figuresCommand(signal: AbortSignal): Command {
  return new Command('figures')
    .description(
      "draw the paper's figures 3 (kernels of conv1) and 4 (predictions, nearest neighbours) of a run",
    )
    .requiredOption('--run <dir>', 'folder of the run')
    .requiredOption('--out <dir>', 'folder to write them in')
    .option('--data <dir>', 'data whose pictures are shown; default that of the run')
    .addOption(new Option('--split <split>', 'pictures to show').choices(['val', 'test']).default('val'))
    .addOption(wholeNumber('--seed <n>', "chooses them; default the run's", 0))
    .addOption(new Option('--backend <name>', 'backend').choices(backendChoices).default('auto'))
    .addOption(adapterOption())
    .addOption(dataFolderOption())
    .addOption(onErrorOption())
    .option('--json', 'print JSON: the files, and the neighbours with their distances')
    .action((options: FiguresCommandOptions) => figures(options, signal));
}

async function figures(options: FiguresCommandOptions, signal: AbortSignal): Promise<void> {
  const { out, split, json } = options;
  const old = Object.values(files).find((name) => existsSync(join(out, name)));
  if (old) throw new UsageError(`${join(out, old)} is there already; choose another --out.`);
  const [run] = (await knownRuns([options.run])) as [KnownRun];
  await startBackend(options.backend, options);
  const { path, embedded } = dataOf(run.settings);
  const { data: dataPath = path, dataFolder, onError } = options;
  const data = await preparedData({ path: dataPath, embedded, dataFolder, onError, signal });
  try {
    if (data.splits[split].images === 0) throw new UsageError(`${data.path} holds no ${split} pictures.`);
    await requireSameClasses([run], data, dataPath, signal);
    const net = await openNet(run, data);
    const chosen = { split, seed: options.seed ?? run.settings.seed, signal };
    const { png, rows } = await neighbours(net, data, chosen);
    await mkdir(out, { recursive: true });
    const write = (name: string, content: Buffer | string): Promise<void> =>
      writeWhole(join(out, name), (partial) => writeFile(partial, content));
    await write(files.figure3, await figure3(net));
    await write(files.figure4Left, await figure4Left(net, data, chosen));
    await write(files.figure4Right, png);
    const found = { split, layer: 'fc7', distance: 'euclidean', queries: rows };
    await write(files.neighbours, `${JSON.stringify(found, null, 2)}\n`);
    const written = Object.values(files).map((name) => join(out, name));
    const summary = { files: written, neighbours: found };
    process.stdout.write(`${json ? JSON.stringify(summary, null, 2) : written.join('\n')}\n`);
  } finally {
    await data.close();
  }
}

/** Figure 4 (right), with a bar: it looks at every training picture. */
async function neighbours(
  net: Net,
  data: PreparedData,
  chosen: FiguresOptions,
): ReturnType<typeof figure4Right> {
  const bar = progress('neighbours', data.splits.train.images);
  try {
    return await figure4Right(net, data, { ...chosen, onProgress: (images) => bar.update(images) });
  } finally {
    bar.stop();
  }
}
