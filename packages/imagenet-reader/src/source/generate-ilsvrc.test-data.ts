import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { randomStream } from '@alexnet/random';
import sharp from 'sharp';
import { pack } from 'tar-stream';
import { onTestFinished } from 'vitest';
import type { IlsvrcSource, Split } from './ilsvrc-source.js';

/** A file of a tar. */
export interface TestFile {
  readonly name: string;
  readonly bytes: Buffer;
}

/** The leaves of fixtures/meta.mat by ILSVRC2012_ID. */
export const WNIDS = ['n01491361', 'n01440764', 'n01484850', 'n01443537'] as const;

export const fixture = (name: string): string => new URL(`../../fixtures/${name}`, import.meta.url).pathname;

/** A folder that is removed when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'imagenet-reader-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** RGB bytes of a colourful gradient, a different one for every number. */
export function gradient(number: number, width: number, height: number): Buffer {
  const stream = randomStream(2012, number);
  const waves = Array.from({ length: 3 }, () => [
    stream.uniform() * 0.3,
    stream.uniform() * 0.3,
    stream.uniform() * 6,
  ]);
  const pixels = Buffer.alloc(width * height * 3);
  for (let i = 0; i < pixels.length; i++) {
    const [fx = 0, fy = 0, phase = 0] = waves[i % 3] ?? [];
    const x = Math.floor(i / 3) % width;
    const y = Math.floor(i / 3 / width);
    pixels[i] = 128 + 120 * Math.sin(fx * x + fy * y + phase);
  }
  return pixels;
}

/** A small JPEG of odd size. */
export function jpeg(
  number: number,
  width: number = 34 + (number % 5),
  height: number = 30,
): Promise<Buffer> {
  return sharp(gradient(number, width, height), { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 90 })
    .toBuffer();
}

/** Packs files into a tar; `padTo` is the blocking factor of GNU tar in bytes. */
export async function packTar(files: readonly TestFile[], padTo = 1): Promise<Buffer> {
  const tar = pack();
  for (const { name, bytes } of files) tar.entry({ name, mtime: new Date(0) }, bytes);
  tar.finalize();
  const packed = await buffer(tar);
  return Buffer.concat([packed, Buffer.alloc(Math.ceil(packed.length / padTo) * padTo - packed.length)]);
}

/** Fills in the checksum of a tar header. */
export function sealed(header: Buffer): Buffer {
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

/** A data set in memory. */
export interface TestIlsvrc {
  /** `[wnid, images]`, not in the order of labels. */
  readonly train: readonly (readonly [wnid: string, files: readonly TestFile[]])[];
  readonly val: readonly TestFile[];
  /** 1-based, as in the devkit. */
  readonly valIds: readonly number[];
}

/** Draws a data set of the four classes of fixtures/meta.mat. */
export async function testIlsvrc(perClass = 3, valImages = 6): Promise<TestIlsvrc> {
  const train = await Promise.all(
    [...WNIDS].sort().map(async (wnid, c) => {
      const numbers = Array.from({ length: perClass }, (_, i) => c * perClass + i);
      const files = numbers.map(async (n) => ({ name: `${wnid}_${n}.JPEG`, bytes: await jpeg(n) }));
      return [wnid, await Promise.all(files)] as const;
    }),
  );
  const val = await Promise.all(
    Array.from({ length: valImages }, async (_, i) => ({
      name: `ILSVRC2012_val_${String(i + 1).padStart(8, '0')}.JPEG`,
      bytes: await jpeg(1000 + i),
    })),
  );
  return { train, val, valIds: val.map((_, i) => ((i * 3) % 4) + 1) };
}

/** Name, label and bytes of every image of a split, in order. */
export async function contents(source: IlsvrcSource, split: Split): Promise<[string, number, Buffer][]> {
  const found: [string, number, Buffer][] = [];
  for await (const image of source.images(split))
    found.push([image.name, image.label, await source.read(image)]);
  return found;
}

/** What {@link contents} must return for the training split, with the classes in a given order. */
export function expectedTrain(data: TestIlsvrc, order: readonly string[]): [string, number, Buffer][] {
  return order.flatMap((wnid, label) => {
    const files = data.train.find(([name]) => name === wnid)?.[1] ?? [];
    const sorted = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
    return sorted.map(({ name, bytes }): [string, number, Buffer] => [name, label, bytes]);
  });
}

async function devkitFiles({ valIds }: TestIlsvrc): Promise<TestFile[]> {
  return [
    { name: 'ILSVRC2012_devkit_t12/readme.txt', bytes: Buffer.from('a devkit\n') },
    { name: 'ILSVRC2012_devkit_t12/data/meta.mat', bytes: await readFile(fixture('meta.mat')) },
    {
      name: 'ILSVRC2012_devkit_t12/data/ILSVRC2012_validation_ground_truth.txt',
      bytes: Buffer.from(`${valIds.join('\n')}\n`),
    },
  ];
}

/** The three files as they are downloaded. */
export async function asTars(data: TestIlsvrc): Promise<Record<'train' | 'val' | 'devkit', Buffer>> {
  const inner = data.train.map(async ([wnid, files]) => ({
    name: `${wnid}.tar`,
    bytes: await packTar(files, 10240),
  }));
  return {
    train: await packTar(await Promise.all(inner), 10240),
    val: await packTar(data.val, 10240),
    devkit: gzipSync(await packTar(await devkitFiles(data))),
  };
}

/** Writes the layout as downloaded. */
export async function writeTars(dir: string, data: TestIlsvrc): Promise<void> {
  const tars = await asTars(data);
  await writeFile(join(dir, 'ILSVRC2012_img_train.tar'), tars.train);
  await writeFile(join(dir, 'ILSVRC2012_img_val.tar'), tars.val);
  await writeFile(join(dir, 'ILSVRC2012_devkit_t12.tar.gz'), tars.devkit);
}

/** Writes the unpacked layout: class folders for train, val flat, the devkit unpacked. */
export async function writeFolders(
  dir: string,
  data: TestIlsvrc,
  names = { train: 'train', val: 'val' },
): Promise<void> {
  for (const [wnid, files] of data.train) await writeFiles(join(dir, names.train, wnid), files);
  await writeFiles(join(dir, names.val), data.val);
  await mkdir(join(dir, 'ILSVRC2012_devkit_t12/data'), { recursive: true });
  await writeFiles(dir, await devkitFiles(data));
}

/** Writes `train/<class>/*` and `val/<class>/*`. */
export async function writeClasses(dir: string, data: TestIlsvrc): Promise<void> {
  for (const [wnid, files] of data.train) await writeFiles(join(dir, 'train', wnid), files);
  for (const [i, file] of data.val.entries()) {
    await writeFiles(join(dir, 'val', WNIDS[(data.valIds[i] ?? 1) - 1] ?? ''), [file]);
  }
}

export async function writeFiles(dir: string, files: readonly TestFile[]): Promise<void> {
  await mkdir(dir, { recursive: true });
  for (const { name, bytes } of files) await writeFile(join(dir, name), bytes);
}

/** The message of the error with which a promise is rejected; it must have one line. */
export async function failure(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => new Error('nothing was thrown'),
    (reason: unknown) => reason,
  );
  const message = error instanceof Error ? error.message : String(error);
  if (message.includes('\n')) throw new Error(`an error of several lines: ${message}`);
  return message;
}
