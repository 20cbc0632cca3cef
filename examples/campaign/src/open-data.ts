import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { writeEmbeddedIlsvrc } from '@alexnet/embedded-ilsvrc';
import { progress, say, UsageError } from '@alexnet/ilsvrc/shared';
import { isPrepared, openIlsvrc, openPrepared, type PreparedData, prepare } from '@alexnet/imagenet-reader';
import type { ExperimentData } from './training.js';

/** What a user and a program say about the images of an experiment. */
export interface DataOptions extends KnownData {
  /** What the user names. Default: what is found in the usual places. */
  data?: string | undefined;
  /** Where the prepared images are kept. */
  out: string;
  /** Draws a few images instead. */
  smoke: boolean;
  signal: AbortSignal;
}

/** What a program knows of its data. */
export interface KnownData {
  /** Its name, for errors. */
  title: string;
  /** What it is called where it is looked for: as a folder, or as an archive that tar unpacks. */
  names: readonly string[];
  /** Where to download it. */
  url: string;
  /** The side of the squares that are prepared, in pixels. */
  size: number;
}

/**
 * Opens the images of an experiment, prepared once as raw squares. The published test images are the split `val`.
 *
 * @throws UsageError if no data is given or found.
 */
export async function openData(options: DataOptions): Promise<ExperimentData> {
  const { data, out, smoke, size, signal } = options;
  if (smoke)
    return { name: 'drawn images (smoke)', prepared: await drawnImages(join(out, 'drawn'), size, signal) };
  const places = usualPlaces(options);
  const path = data ?? places.find((place) => existsSync(place));
  if (path === undefined) {
    throw new UsageError(
      `no ${options.title} was found (looked in ${places.join(', ')}): download ${options.url} and name it with --data.`,
    );
  }
  if (!existsSync(path)) throw new UsageError(`--data: there is no ${path}.`);
  if (await isPrepared(path)) return { name: basename(path), prepared: await openPrepared(path) };
  const name = basename(path).replace(/\.(zip|tar(\.\w+)?)$/, '');
  const target = join(out, `${name}-${size}`);
  if (!(await isPrepared(target))) {
    const folder = /\.tar(\.\w+)?$/.test(path) ? await unpacked(path, join(out, name)) : path;
    await prepareImages(folder, target, size, signal);
  }
  return { name: basename(path), prepared: await openPrepared(target) };
}

/** Where data is looked for: the project's folder `data`, then the folder ALEXNET_DATA. */
function usualPlaces({ names }: KnownData): string[] {
  const shared = process.env.ALEXNET_DATA ?? '../shared/data';
  return [...names.map((name) => join('data', name)), ...names.map((name) => resolve(shared, name))];
}

/** Unpacks an archive with the system's tar; returns the folder that it holds. */
async function unpacked(archive: string, target: string): Promise<string> {
  if (!existsSync(target)) {
    say(`  unpacking ${archive}`);
    await mkdir(resolve(target, '..'), { recursive: true });
    const partial = await mkdtemp(`${target}.partial-`);
    try {
      await promisify(execFile)('tar', ['xf', resolve(archive), '-C', partial]);
      await rename(partial, target);
    } catch (error) {
      await rm(partial, { recursive: true, force: true });
      throw new Error(`${archive} cannot be unpacked: ${(error as Error).message}`);
    }
  }
  const [only, ...others] = await readdir(target);
  return only !== undefined && others.length === 0 ? join(target, only) : target;
}

async function prepareImages(
  folder: string,
  target: string,
  size: number,
  signal: AbortSignal,
): Promise<void> {
  const source = await openIlsvrc(folder);
  const { train, val, test } = source.counts;
  const bar = progress('prepare', train + val + test);
  try {
    await prepare(source, target, {
      size,
      format: 'rgb',
      signal,
      onProgress: ({ done }) => bar.update(done),
    });
  } finally {
    bar.stop();
    await source.close();
  }
}

/** 300 drawn images of ten classes: enough to see that everything runs. */
async function drawnImages(folder: string, size: number, signal: AbortSignal): Promise<PreparedData> {
  const target = `${folder}-${size}`;
  if (!(await isPrepared(target))) {
    await writeEmbeddedIlsvrc(folder, { trainPerClass: 26, valPerClass: 4, signal });
    await prepareImages(folder, target, size, signal);
  }
  return openPrepared(target);
}
