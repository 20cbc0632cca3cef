import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { replaceFile, writeWhole } from '@alexnet/durable-files';
import { permutation, randomStream } from '@alexnet/random';
import pMap from 'p-map';
import { type Pack, pack } from 'tar-stream';
import { embeddedClasses } from './classes.js';
import { embeddedDevkit } from './devkit.js';
import { drawJpeg } from './draw-jpeg.js';
import { addFile, packTar } from './pack-tar.js';

export interface EmbeddedIlsvrcOptions {
  /** Default 2012. */
  seed?: number;
  /** Training images per class; default 400. */
  trainPerClass?: number;
  /** Validation images per class; default 50. */
  valPerClass?: number;
  /** Called after each image. */
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

/** How many classes and images were written. */
export interface EmbeddedIlsvrcCounts {
  classes: number;
  train: number;
  val: number;
}

/** Images encoded at a time: while one is drawn here, libvips's threads encode the others. */
const IN_FLIGHT = 6;
/** The key of the stream that shuffles the validation images. */
const SHUFFLE = 0x5f;

/**
 * Draws the embedded data set and writes it in the files that ILSVRC-2012 is downloaded as: ILSVRC2012_img_train.tar
 * (a tar of one tar per class), ILSVRC2012_img_val.tar (shuffled over the classes) and ILSVRC2012_devkit_t12.tar.gz.
 *
 * The same options give the same bytes. Each file is written whole or not at all.
 *
 * @throws RangeError if a count is not a whole number >= 1; Error naming the file if it cannot be written.
 * @throws the signal's reason if it is aborted; temporary files are removed.
 * @example
 * await writeEmbeddedIlsvrc('ilsvrc', { onProgress: (done, total) => bar.update(done / total) });
 */
export async function writeEmbeddedIlsvrc(
  dir: string,
  { seed = 2012, trainPerClass = 400, valPerClass = 50, onProgress, signal }: EmbeddedIlsvrcOptions = {},
): Promise<EmbeddedIlsvrcCounts> {
  requireCount('trainPerClass', trainPerClass);
  requireCount('valPerClass', valPerClass);
  const classes = embeddedClasses.length;
  const counts = { classes, train: classes * trainPerClass, val: classes * valPerClass };
  let done = 0;
  const draw = async (split: 'train' | 'val', label: number, number: number): Promise<Buffer> => {
    signal?.throwIfAborted();
    const jpeg = await drawJpeg(seed, split, label, number);
    onProgress?.(++done, counts.train + counts.val);
    return jpeg;
  };
  await mkdir(dir, { recursive: true });
  const order = permutation(counts.val, randomStream(seed, SHUFFLE));
  const labels = order.map((place) => Math.floor(place / valPerClass));
  await writeWhole(join(dir, 'ILSVRC2012_img_train.tar'), (path) =>
    writeTar(path, (tar) => addTrain(tar, trainPerClass, draw)),
  );
  await writeWhole(join(dir, 'ILSVRC2012_img_val.tar'), (path) =>
    writeTar(path, (tar) => addVal(tar, order, valPerClass, draw)),
  );
  const devkit = await embeddedDevkit(
    trainPerClass,
    labels.map((label) => label + 1),
  );
  await replaceFile(join(dir, 'ILSVRC2012_devkit_t12.tar.gz'), devkit);
  return counts;
}

type Draw = (split: 'train' | 'val', label: number, number: number) => Promise<Buffer>;

/** Adds `<wnid>.tar` for each class, in the order of the wnids. */
async function addTrain(tar: Pack, perClass: number, draw: Draw): Promise<void> {
  const labels = embeddedClasses.map((_, label) => label);
  const byWnid = labels.sort((a, b) => (wnidOf(a) < wnidOf(b) ? -1 : 1));
  for (const label of byWnid) {
    const wnid = wnidOf(label);
    const files = await pMap(
      Array.from({ length: perClass }, (_, number) => number),
      async (number) => ({ name: `${wnid}_${number + 1}.JPEG`, data: await draw('train', label, number) }),
      { concurrency: IN_FLIGHT },
    );
    await addFile(tar, { name: `${wnid}.tar`, data: await packTar(files) });
  }
}

/** Adds `ILSVRC2012_val_%08d.JPEG`, counted from 1, in the shuffled order. */
async function addVal(tar: Pack, order: Uint32Array, perClass: number, draw: Draw): Promise<void> {
  const files = await pMap(
    order,
    async (place, i) => ({
      name: `ILSVRC2012_val_${String(i + 1).padStart(8, '0')}.JPEG`,
      data: await draw('val', Math.floor(place / perClass), place % perClass),
    }),
    { concurrency: IN_FLIGHT },
  );
  for (const file of files) await addFile(tar, file);
}

async function writeTar(path: string, add: (tar: Pack) => Promise<void>): Promise<void> {
  const tar = pack();
  const written = pipeline(tar, createWriteStream(path));
  const added = add(tar).then(
    () => tar.finalize(),
    (error) => tar.destroy(error),
  );
  await Promise.all([written, added]);
}

function wnidOf(label: number): string {
  return embeddedClasses[label]?.wnid ?? '';
}

function requireCount(name: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new RangeError(`${name} must be a whole number >= 1 (writeEmbeddedIlsvrc), got ${value}.`);
  }
}
