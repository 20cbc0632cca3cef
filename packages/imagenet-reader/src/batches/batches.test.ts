import '@tensorflow/tfjs-backend-cpu';
import { readdirSync, readlinkSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import type { PreparedData } from '../open-prepared.js';
import { CROP, collect, preparedData } from '../prepared-data.test-data.js';
import { type TestIlsvrc, testIlsvrc } from '../source/generate-ilsvrc.test-data.js';
import type { BatchOptions } from './batch-options.js';
import type { RawBatch } from './raw-batch.js';

let source: TestIlsvrc;
beforeAll(async () => {
  source = await testIlsvrc(10, 7);
});
const use = (): Promise<PreparedData> => preparedData(source);

test('the defaults are the paper’s: batches of 128, 224 of 256, random for train, centre for val', async () => {
  const big = await preparedData(await testIlsvrc(1, 2), { size: 256, format: 'jpg' });
  expect(() => big.rawBatches({ split: 'train' })).toThrow(
    'batchSize must be at most the 4 images of train unless dropRemainder is false (batches), got 128.',
  );
  const [val] = await collect(big.rawBatches({ split: 'val' }));
  expect(val?.shape).toEqual([2, 224, 224, 3]);
  const { pixels } = await big.image('val', 1);
  const at = ((16 + 100) * 256 + 16 + 50) * 3;
  expect(val?.pixels[((224 + 100) * 224 + 50) * 3]).toBe(
    Math.fround((pixels[at] ?? Number.NaN) - (big.meanImage[at] ?? Number.NaN)),
  );
});

test('an epoch has each image once, in its own order; equal options give equal bytes', async () => {
  const opened = await use();
  const options: BatchOptions = { split: 'train', batchSize: 8, seed: 1, augment: { cropSize: CROP } };
  const order = (batches: RawBatch[]): number[] => batches.flatMap(({ indices }) => [...indices]);
  const batches = opened.rawBatches({ ...options, epoch: 4 });
  const [first, again] = [await collect(batches), await collect(batches)];
  expect(batches.size).toBe(5);
  expect(order(first).sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i));
  expect(again).toEqual(first);
  expect(order(await collect(opened.rawBatches({ ...options, epoch: 5 })))).not.toEqual(order(first));
  const unshuffled = await collect(opened.rawBatches({ ...options, shuffle: false }));
  expect(order(unshuffled)).toEqual(Array.from({ length: 40 }, (_, i) => i));
});

test('resuming at a batch gives the remaining batches of a whole run', async () => {
  const opened = await use();
  const options: BatchOptions = {
    split: 'train',
    batchSize: 7,
    seed: 3,
    epoch: 2,
    augment: { cropSize: CROP, crops: 'perChunk32', pca: { scale: 'sqrt' } },
  };
  const whole = await collect(opened.rawBatches(options));
  const rest = await collect(opened.rawBatches({ ...options, startBatch: 3, prefetch: 3 }));
  expect(rest).toEqual(whole.slice(3));
});

test('the last smaller batch is kept for val, dropped for train, and either can be asked for', async () => {
  const opened = await use();
  const sizes = async (options: BatchOptions): Promise<number[]> =>
    (await collect(opened.rawBatches({ ...options, augment: { cropSize: CROP } }))).map(
      ({ shape }) => shape[0],
    );
  expect(await sizes({ split: 'val', batchSize: 4 })).toEqual([4, 3]);
  expect(await sizes({ split: 'val', batchSize: 4, dropRemainder: true })).toEqual([4]);
  expect(await sizes({ split: 'train', batchSize: 16 })).toEqual([16, 16]);
  expect(await sizes({ split: 'train', batchSize: 16, dropRemainder: false })).toEqual([16, 16, 8]);
});

/** The number of files of a folder that this process has open. */
function openFiles(dir: string): number {
  const fds = readdirSync('/proc/self/fd').map((fd) => readLink(fd));
  return fds.filter((target) => target.startsWith(dir)).length;
}
function readLink(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}

describe('stopping early', () => {
  test('leaves no open file and no pending rejection', async (context) => {
    const opened = await use();
    for await (const { xs, ys } of opened.batches({
      split: 'train',
      batchSize: 4,
      prefetch: 3,
      augment: { cropSize: CROP },
    })) {
      tf.dispose([xs, ys]);
      break;
    }
    await opened.close();
    if (process.platform !== 'linux') return context.skip('open files are counted through /proc');
    expect(openFiles(opened.path)).toBe(0);
  });

  test('an unused or abandoned iterator costs nothing', async () => {
    const opened = await use();
    const before = tf.memory().numTensors;
    const batches = opened.batches({ split: 'train', batchSize: 4, augment: { cropSize: CROP } });
    await batches.iterator();
    batches[Symbol.asyncIterator]();
    await opened.close();
    expect(tf.memory().numTensors).toBe(before);
  });

  test('a signal ends the batches with its reason', async () => {
    const opened = await use();
    const controller = new AbortController();
    const read = async (): Promise<void> => {
      const options = {
        split: 'train',
        batchSize: 4,
        augment: { cropSize: CROP },
        signal: controller.signal,
      } as const;
      for await (const _ of opened.rawBatches(options)) controller.abort(new Error('enough'));
    };
    await expect(read()).rejects.toThrow('enough');
  });

  test('closing the data while it is read is an error and does not hang', async () => {
    const opened = await use();
    const read = async (): Promise<void> => {
      for await (const _ of opened.rawBatches({
        split: 'train',
        batchSize: 4,
        augment: { cropSize: CROP },
      })) {
        await opened.close();
      }
    };
    await expect(read()).rejects.toThrow('the prepared data was closed');
  });
});

test('tensors are one-hot and float32, belong to the consumer, and none leak', async () => {
  const opened = await use();
  const before = tf.memory().numTensors;
  for await (const { xs, ys } of opened.batches({
    split: 'val',
    batchSize: 4,
    augment: { cropSize: CROP },
  })) {
    expect(tf.memory().numTensors).toBe(before + 2);
    expect([xs.dtype, xs.shape.slice(1)]).toEqual(['float32', [CROP, CROP, 3]]);
    const rows = ys.arraySync();
    expect(rows.every((row) => row.length === 4 && row.filter((v) => v === 1).length === 1)).toBe(true);
    tf.dispose([xs, ys]);
  }
  expect(tf.memory().numTensors).toBe(before);
});

test('fitDataset and evaluateDataset accept the batches, with a new epoch each time', async () => {
  const opened = await use();
  const model = layers.sequential({
    layers: [
      layers.layers.flatten({ inputShape: [CROP, CROP, 3] }),
      layers.layers.dense({ units: 4, activation: 'softmax', kernelInitializer: 'zeros' }),
    ],
  });
  model.compile({ optimizer: tf.train.sgd(1e-5), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  const options: BatchOptions = {
    split: 'train',
    batchSize: 10,
    seed: 2,
    epoch: 5,
    augment: { cropSize: CROP },
  };
  const train = opened.batches(options);
  const val = opened.batches({ split: 'val', batchSize: 4, augment: { cropSize: CROP } });
  const before = tf.memory().numTensors;
  const history = await model.fitDataset(train, {
    epochs: 3,
    verbose: 0,
    validationData: val,
  });
  expect(history.history.loss).toHaveLength(3);
  expect(history.history.val_loss).toHaveLength(3);
  expect(tf.memory().numTensors).toBe(before);

  const epochs: Float32Array[] = [];
  const dataset = opened.batches({ ...options, startBatch: 3 });
  for (let k = 0; k < 2; k++) {
    await dataset.iterator(); // dropped unused, as fitDataset does
    const iterator = await dataset.iterator();
    const { value } = await iterator.next();
    epochs.push((await value?.xs.data()) as Float32Array);
    tf.dispose([value?.xs, value?.ys]);
    await iterator.return?.();
  }
  const [fourth] = await collect(opened.rawBatches({ ...options, startBatch: 3 }));
  const [first] = await collect(opened.rawBatches({ ...options, epoch: 6 }));
  expect(epochs).toEqual([fourth?.pixels, first?.pixels]);
  model.dispose();
});

test('bad options name the option, the rule and the value', async () => {
  const opened = await use();
  const bad = (options: object, augment: object = {}): (() => unknown) => {
    return () => opened.batches({ split: 'val', ...options, augment: { cropSize: CROP, ...augment } });
  };
  expect(bad({ split: 'dev' })).toThrow("split must be 'train', 'val' or 'test' (batches), got 'dev'.");
  expect(bad({ split: 'test' })).toThrow(`split must have images in ${opened.path} (batches), got test.`);
  expect(bad({ batchSize: 0 })).toThrow('batchSize must be a whole number >= 1 (batches), got 0.');
  expect(bad({ epoch: -1 })).toThrow('epoch must be a whole number >= 0 (batches), got -1.');
  expect(bad({ seed: 0.5 })).toThrow('seed must be a safe integer (batches), got 0.5.');
  expect(bad({ startBatch: 2 })).toThrow('startBatch must be at most 1 (batches), got 2.');
  expect(bad({}, { cropSize: 13 })).toThrow(
    'cropSize must be a whole number from 1 to 12, the side of the images (batches), got 13.',
  );
  expect(bad({}, { crop: 'five' })).toThrow(
    "crop must be 'random', 'center' or 'ten' (batches), got 'five'.",
  );
  const view = { top: 4, left: 0, mirror: false };
  expect(bad({}, { crop: [] })).toThrow('crop must have at least one view (batches), got [].');
  for (const wrong of [{ top: 5 }, { left: -1 }, { left: 0.5 }, { top: null }, { mirror: 1 }]) {
    expect(bad({}, { crop: [view, { ...view, ...wrong }] })).toThrow(
      `crop must be views {top, left, mirror} with whole offsets from 0 to 4 (batches), got ${JSON.stringify({ ...view, ...wrong })} for view 1.`,
    );
  }
  expect(bad({}, { crop: { top: 0 } })).toThrow("crop must be 'random', 'center' or 'ten' (batches)");
  expect(bad({}, { mean: 'median' })).toThrow(
    "mean must be 'aligned', 'center', 'channel' or 'none' (batches), got 'median'.",
  );
  expect(bad({}, { mean: [1, 2] })).toThrow('mean must be three finite numbers (batches), got [1,2].');
  expect(bad({}, { std: [1, 0, 1] })).toThrow('std must be three finite numbers > 0 (batches), got [1,0,1].');
  expect(bad({}, { pca: {} })).toThrow("pca.scale must be 'eigenvalue' or 'sqrt' (batches), got undefined.");
  expect(bad({}, { pca: { scale: 'sqrt', sigma: -1 } })).toThrow('pca.sigma must be a finite number >= 0');
  expect(bad({}, { inputScale: Number.NaN })).toThrow(
    'inputScale must be a finite number (batches), got NaN.',
  );
});
