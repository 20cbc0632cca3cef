import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type IlsvrcSource, openIlsvrc, type PrepareOptions } from '@alexnet/imagenet-reader';
import { Command, Option } from 'commander';
import { UsageError } from '../cli/errors.js';
import { planText } from '../data/plan-text.js';
import {
  planWithRoom,
  prepareWithProgress,
  sayMissing,
  sayPlan,
  withFormat,
} from '../data/prepare-with-progress.js';
import { verifyWithProgress } from '../data/verify-with-progress.js';
import { onErrorOption } from './options/data-options.js';
import { wholeNumber } from './options/option-values.js';

interface PrepareCommandOptions {
  data?: string;
  out?: string;
  size?: number;
  format?: 'jpg' | 'rgb';
  shardImages?: number;
  workers?: number;
  onError: 'stop' | 'skip';
  plan?: boolean;
  verify?: boolean | string;
  json?: boolean;
}

/** `alexnet prepare`: a data set as it comes -> squares of 256 px in shards. */
export function prepareCommand(signal: AbortSignal): Command {
  return new Command('prepare')
    .description(
      'write a data set as 256 x 256 squares in tar shards, with its mean and colour statistics; stopped in any way, the same command goes on where it was',
    )
    .option('--data <dir>', 'ILSVRC as downloaded or unpacked, or train/<class>/* and val/<class>/*')
    .option(
      '--out <dir>',
      'folder to write; it must not exist or be empty. The work is in <dir>.partial until it is whole',
    )
    .addOption(wholeNumber('--size <pixels>', 'side of the squares; default 256'))
    .addOption(
      new Option('--format <format>', 'how squares are stored; default rgb up to 6 GB, else jpg').choices([
        'jpg',
        'rgb',
      ]),
    )
    .addOption(wholeNumber('--shard-images <count>', 'pictures a shard; default 1024'))
    .addOption(
      wholeNumber(
        '--workers <count>',
        'processes beside this one; default 0 up to 4 cores, then one for every 4',
        0,
      ),
    )
    .addOption(onErrorOption())
    .option('--plan', 'only say how long it will take and how much room')
    .option(
      '--verify [dir]',
      'read a finished folder (or --out) back and compare every checksum, index entry and label',
    )
    .option('--json', 'print JSON')
    .action(async (options: PrepareCommandOptions) => {
      if (options.verify !== undefined) return verify(options, signal);
      const { data, out } = options;
      if (!data || !out) throw new UsageError(`prepare needs ${data ? '--out' : '--data'} <dir>.`);
      const source = await openIlsvrc(data, { signal });
      try {
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
  const { layout, counts: found, missing, ignoredFiles } = source;
  const settings = { ...librarySettings(options), signal };
  if (!existsSync(join(out, 'meta.json'))) await sayPlan(source, out, settings);
  const report = await prepareWithProgress(source, out, settings);
  const json = { layout, found, missing, ignoredFiles, ...report };
  process.stdout.write(`${options.json ? JSON.stringify(json, null, 2) : out}\n`);
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
  const text = options.json ? JSON.stringify({ ...found, format }, null, 2) : planText(found, format);
  process.stdout.write(`${text}\n`);
}

async function verify(options: PrepareCommandOptions, signal: AbortSignal): Promise<void> {
  const { verify: given, out, data, plan: isPlan, json } = options;
  const dir = typeof given === 'string' ? given : out;
  if (!dir) throw new UsageError('prepare --verify needs the folder: --verify <dir>.');
  if (data || isPlan || (out && dir !== out)) {
    throw new UsageError(
      'prepare --verify reads one finished folder: it takes no --data, no --plan and no other --out.',
    );
  }
  const report = await verifyWithProgress(dir, signal);
  const lines = report.problems.length > 0 ? report.problems : [`${dir} is whole`];
  process.stdout.write(`${json ? JSON.stringify(report, null, 2) : lines.join('\n')}\n`);
  if (report.problems.length > 0) {
    throw new Error(`${dir} is damaged; remove it and prepare it again.`);
  }
}

function librarySettings(options: PrepareCommandOptions): PrepareOptions {
  const { size, format, shardImages, workers, onError } = options;
  return {
    onError,
    ...(size !== undefined && { size }),
    ...(format && { format }),
    ...(shardImages !== undefined && { shardImages }),
    ...(workers !== undefined && { workers }),
  };
}
