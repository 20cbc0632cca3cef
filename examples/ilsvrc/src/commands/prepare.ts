import { type IlsvrcSource, isPrepared, type PrepareOptions } from '@alexnet/imagenet-reader';
import { Command, Option } from 'commander';
import { UsageError } from '../cli/errors.js';
import { printResult, type ResultOptions } from '../cli/print-result.js';
import { requireWritable } from '../cli/require-writable.js';
import { say } from '../cli/say.js';
import { planText } from '../data/plan-text.js';
import {
  planWithRoom,
  prepareWithProgress,
  sayMissing,
  sayPlan,
  withFormat,
} from '../data/prepare-with-progress.js';
import { openSource } from '../data/prepared-data.js';
import { compareWithProgress, verifyWithProgress } from '../data/verify-with-progress.js';
import { defined } from '../defined.js';
import { onErrorOption, valFractionOption } from './options/data-options.js';
import { wholeNumber } from './options/option-values.js';

interface PrepareCommandOptions extends ResultOptions {
  data?: string;
  valFraction?: number;
  out?: string;
  size?: number;
  format?: 'jpg' | 'rgb';
  shardImages?: number;
  workers?: number;
  onError: 'stop' | 'skip';
  plan?: boolean;
  verify?: boolean | string;
}

/** `alexnet prepare`: turns a data set into shards of 256 x 256 squares. */
export function prepareCommand(signal: AbortSignal): Command {
  return new Command('prepare')
    .description(
      'write a data set as 256 x 256 squares in tar shards, with mean and colour statistics; after an interruption, run the same command again to resume',
    )
    .option('--data <dir>', 'ILSVRC as downloaded or unpacked, or train/<class>/* and val/<class>/*')
    .addOption(valFractionOption())
    .option('--out <dir>', 'folder to write, which must be new or empty; unfinished work is in <dir>.partial')
    .addOption(wholeNumber('--size <pixels>', 'side of the squares (default: 256)'))
    .addOption(
      new Option(
        '--format <format>',
        'format of the squares (default: rgb up to 6 GB, otherwise jpg)',
      ).choices(['jpg', 'rgb']),
    )
    .addOption(wholeNumber('--shard-images <count>', 'images per shard (default: 1024)'))
    .addOption(
      wholeNumber(
        '--workers <count>',
        'additional processes (default: 0 on up to 4 cores, otherwise one for every 4)',
        0,
      ),
    )
    .addOption(onErrorOption())
    .option('--plan', 'only estimate the time and the disk space')
    .option(
      '--verify [dir]',
      'read a finished folder (default: --out) and check every checksum, index entry and label; with --data, also compare every image with the data set',
    )
    .option('--json', 'print JSON')
    .action(async (options: PrepareCommandOptions) => {
      if (options.verify !== undefined) return verify(options, signal);
      const { data, valFraction, out } = options;
      if (!data || !out) throw new UsageError(`prepare requires ${data ? '--out' : '--data'} <dir>.`);
      const source = await openSource(data, { valFraction, signal });
      try {
        if (source.path !== data) say(`  the data set is in ${source.path}`);
        sayMissing(source);
        await (options.plan ? plan : run)(source, out, options, signal);
      } finally {
        await source.close();
      }
    });
}

async function run(
  source: IlsvrcSource,
  out: string,
  options: PrepareCommandOptions,
  signal: AbortSignal,
): Promise<void> {
  const { layout, counts: found, missing, leftOut, ignoredFiles } = source;
  const settings = { ...librarySettings(options), signal };
  if (!(await isPrepared(out))) {
    requireWritable(out, '--out');
    await sayPlan(source, out, settings);
  }
  const report = await prepareWithProgress(source, out, settings);
  const json = { layout, found, missing, leftOut, ignoredFiles, ...report };
  printResult(options, json, () => out);
}

async function plan(
  source: IlsvrcSource,
  out: string,
  options: PrepareCommandOptions,
  signal: AbortSignal,
): Promise<void> {
  const settings = withFormat(source, { ...librarySettings(options), signal });
  const found = await planWithRoom(source, out, settings);
  const { format = 'jpg' } = settings;
  printResult(options, { ...found, format }, () => planText(found, format));
}

async function verify(options: PrepareCommandOptions, signal: AbortSignal): Promise<void> {
  const { verify: given, out, data, valFraction, plan: isPlan } = options;
  const dir = typeof given === 'string' ? given : out;
  if (!dir) throw new UsageError('prepare --verify requires a folder: --verify <dir>.');
  if (isPlan || (out && dir !== out)) {
    throw new UsageError(
      'prepare --verify checks one finished folder; leave out --plan and any other --out.',
    );
  }
  const report = await verifyWithProgress(dir, signal);
  const problems = [
    ...report.problems,
    ...(data && report.problems.length === 0 ? await changes(dir, data, { valFraction, signal }) : []),
  ];
  const intact = data
    ? `${dir} is intact, and ${data} has the images it was prepared from`
    : `${dir} is intact`;
  printResult(options, { ...report, problems }, () => (problems.length > 0 ? problems : [intact]).join('\n'));
  if (report.problems.length > 0) throw new Error(`${dir} is damaged; remove it and prepare it again.`);
  if (problems.length > 0)
    throw new Error(`${data} has changed since ${dir} was prepared; prepare it again.`);
}

/** What has changed in a data set since a folder was prepared from it; every image is read. */
async function changes(
  dir: string,
  data: string,
  options: { valFraction: number | undefined; signal: AbortSignal },
): Promise<string[]> {
  const source = await openSource(data, options);
  try {
    const difference = await compareWithProgress(source, dir, options.signal);
    return difference === '' ? [] : [`${data}: ${difference}`];
  } finally {
    await source.close();
  }
}

function librarySettings(options: PrepareCommandOptions): PrepareOptions {
  const { size, format, shardImages, workers, onError } = options;
  return { onError, ...defined({ size, format, shardImages, workers }) };
}
