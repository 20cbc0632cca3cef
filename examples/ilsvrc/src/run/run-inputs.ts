import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from '@alexnet/durable-files';
import type { PreparedData } from '@alexnet/imagenet-reader';

/** What is known of a run's data without its images: how an image becomes an input, and the classes. */
export type RunInputs = Pick<PreparedData, 'size' | 'channelMeans' | 'classes' | 'meanImage'>;

/** The numbers and classes of {@link RunInputs}. */
const NUMBERS = 'inputs.json';
/** `[size, size, 3]` little-endian float32 values. */
const MEAN_IMAGE = 'mean-image.f32';

type StoredNumbers = Omit<RunInputs, 'meanImage'> & { meanImageSha256: string };

/** Stores the inputs in a folder, unless they are already there. The folder appears whole or not at all. */
export async function writeRunInputs(folder: string, inputs: RunInputs): Promise<void> {
  if (existsSync(folder)) return;
  const { size, channelMeans, classes, meanImage } = inputs;
  const bytes = new DataView(new ArrayBuffer(4 * meanImage.length));
  for (const [i, value] of meanImage.entries()) bytes.setFloat32(4 * i, value, true);
  const numbers: StoredNumbers = { size, channelMeans, classes, meanImageSha256: sha256(bytes) };
  await writeWhole(folder, async (partial) => {
    await mkdir(partial);
    await writeFile(join(partial, MEAN_IMAGE), bytes);
    await writeFile(join(partial, NUMBERS), `${JSON.stringify(numbers, undefined, 1)}\n`);
  });
}

/**
 * The inputs that a run stored; undefined for a run of an older version.
 *
 * @throws Error that names the file, if one is missing or damaged.
 */
export async function readRunInputs(folder: string): Promise<RunInputs | undefined> {
  if (!existsSync(folder)) return undefined;
  const numbers = await readNumbers(folder);
  const { size, channelMeans, classes, meanImageSha256 } = numbers;
  const file = join(folder, MEAN_IMAGE);
  const bytes = await readWhole(folder, MEAN_IMAGE);
  if (bytes.length !== size * size * 3 * 4 || sha256(bytes) !== meanImageSha256) throw damaged(file, folder);
  const meanImage = Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
  return { size, channelMeans, classes, meanImage };
}

async function readNumbers(folder: string): Promise<StoredNumbers> {
  const text = (await readWhole(folder, NUMBERS)).toString();
  const file = join(folder, NUMBERS);
  let numbers: Partial<Record<keyof StoredNumbers, unknown>>;
  try {
    numbers = Object(JSON.parse(text));
  } catch (error) {
    throw damaged(file, folder, error);
  }
  const { size, channelMeans, classes } = numbers;
  const isWhole = Number.isSafeInteger(size) && isTriple(channelMeans) && areClasses(classes);
  if (!isWhole) throw damaged(file, folder);
  return numbers as StoredNumbers;
}

function isTriple(value: unknown): boolean {
  return Array.isArray(value) && value.length === 3 && value.every(Number.isFinite);
}

function areClasses(value: unknown): boolean {
  const isClass = (one: unknown): boolean =>
    ['wnid', 'words'].every((name) => typeof Object(one)[name] === 'string');
  return Array.isArray(value) && value.length > 0 && value.every(isClass);
}

async function readWhole(folder: string, name: string): Promise<Buffer> {
  const file = join(folder, name);
  try {
    return await readFile(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw damaged(file, folder, error);
    throw new Error(`${file} cannot be read (${code ?? message}).`, { cause: error });
  }
}

function damaged(file: string, folder: string, cause?: unknown): Error {
  const what = Object(cause).code === 'ENOENT' ? 'missing' : 'damaged';
  return new Error(`${file} is ${what}; remove ${folder} to have it read from the run's data again.`, {
    cause,
  });
}

function sha256(bytes: NodeJS.ArrayBufferView): string {
  return createHash('sha256').update(bytes).digest('hex');
}
