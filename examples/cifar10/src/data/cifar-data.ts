import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { writeEmbeddedIlsvrc } from '@alexnet/embedded-ilsvrc';
import { progress, say, UsageError } from '@alexnet/ilsvrc/shared';
import { isPrepared, openIlsvrc, openPrepared, type PreparedData, prepare } from '@alexnet/imagenet-reader';

/** Side of an image of CIFAR-10. */
const SIZE = 32;

/** Which images an experiment is run on. */
export interface DataOptions {
  /** CIFAR-10 as downloaded, unpacked, or as folders of images. Default: what is found in the usual places. */
  data?: string | undefined;
  /** Where the prepared images are kept. */
  out: string;
  /** Draws a few images instead. */
  smoke: boolean;
  signal: AbortSignal;
}

/** The images of an experiment. */
export interface CifarData {
  /** What they are, for the record. */
  name: string;
  prepared: PreparedData;
}

/**
 * Opens CIFAR-10, prepared once as raw squares of 32 pixels; its published test images are the split `val`.
 *
 * @throws UsageError if no data is given or found.
 */
export async function openCifar({ data, out, smoke, signal }: DataOptions): Promise<CifarData> {
  if (smoke) return { name: 'drawn images (smoke)', prepared: await drawnImages(join(out, 'drawn'), signal) };
  const path = data ?? usualPlaces().find((place) => existsSync(place));
  if (path === undefined) {
    throw new UsageError(
      `no CIFAR-10 was found (looked in ${usualPlaces().join(', ')}): download https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz and name it with --data.`,
    );
  }
  if (!existsSync(path)) throw new UsageError(`--data: there is no ${path}.`);
  if (await isPrepared(path)) return { name: basename(path), prepared: await openPrepared(path) };
  const name = basename(path).replace(/\.tar(\.\w+)?$/, '');
  const target = join(out, `${name}-${SIZE}`);
  if (!(await isPrepared(target))) {
    const folder = /\.tar(\.\w+)?$/.test(path) ? await unpacked(path, join(out, name)) : path;
    await prepareImages(folder, target, signal);
  }
  return { name: basename(path), prepared: await openPrepared(target) };
}

/** Where CIFAR-10 is looked for: the project's folder `data`, then the folder ALEXNET_DATA. */
function usualPlaces(): string[] {
  const names = [
    'cifar-10-batches-bin',
    'cifar-10-batches-py',
    'cifar-10-binary.tar.gz',
    'cifar-10-python.tar.gz',
  ];
  const shared = process.env.ALEXNET_DATA ?? '../shared/data';
  return [
    ...names.map((name) => join('data', name)),
    ...['cifar10', 'cifar10.tar.xz', ...names].map((name) => resolve(shared, name)),
  ];
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

async function prepareImages(folder: string, target: string, signal: AbortSignal): Promise<void> {
  const source = await openIlsvrc(folder);
  const { train, val, test } = source.counts;
  const bar = progress('prepare', train + val + test);
  try {
    await prepare(source, target, {
      size: SIZE,
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
async function drawnImages(folder: string, signal: AbortSignal): Promise<PreparedData> {
  const target = `${folder}-${SIZE}`;
  if (!(await isPrepared(target))) {
    await writeEmbeddedIlsvrc(folder, { trainPerClass: 26, valPerClass: 4, signal });
    await prepareImages(folder, target, signal);
  }
  return openPrepared(target);
}
