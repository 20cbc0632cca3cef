import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, expect, test } from 'vitest';
import { cloudsFrom, makeModel, STEPS, useFolder } from '../clouds.test-data.js';
import { DivergedError, type EpochBatches, type TrainOptions, train } from '../index.js';

const folder = useFolder();
let directory: string;
beforeAll(async () => {
  directory = join(folder.path, 'taken');
  await writeFile(directory, 'a file, so checkpoints cannot be in it');
});
const unwritten = /taken\/step-00000005: the checkpoint could not be written \((EEXIST|ENOTDIR)/;

/** Trains. The checkpoint of the first epoch is still being written when the first batch of the second is requested. */
async function failing(second: () => void, options: TrainOptions = {}): Promise<Error> {
  const batches = (epoch: number, startBatch: number): EpochBatches => {
    async function* give() {
      for await (const batch of cloudsFrom(epoch, startBatch)) {
        if (epoch === 1) {
          tf.dispose([batch.xs, batch.ys]);
          second();
          yield { xs: tf.fill([32, 2], Number.NaN), ys: tf.ones([32, 3]) };
        } else yield batch;
      }
    }
    return Object.assign(give(), { size: STEPS });
  };
  const model = makeModel();
  const before = tf.memory().numTensors;
  const run = async (): Promise<void> => {
    for await (const _ of train(model, batches, { epochs: 2, checkpoints: { directory }, ...options }));
  };
  const error = await run().then(
    () => undefined,
    (thrown: Error) => thrown,
  );
  expect(tf.memory().numTensors).toBe(before); // train's own optimizer is gone too
  return error as Error;
}

test('a loss of NaN stays the error if the previous checkpoint fails, and the failure is reported too', async () => {
  const error = await failing(() => {});
  expect(error).toBeInstanceOf(DivergedError);
  expect(error.message).toMatch(/^the loss became NaN in step 5 /);
  expect(error.message).toMatch(unwritten);
});

test.each([
  ['of the batches', undefined],
  ['of a signal', new AbortController()],
] as const)('an error %s comes first, then the error of the checkpoint', async (_, controller) => {
  const first = new Error('no more images');
  const stop = (): never => {
    controller?.abort(first);
    throw first;
  };
  const error = await failing(stop, { ...(controller && { signal: controller.signal }) });
  expect(error).toBeInstanceOf(AggregateError);
  expect((error as AggregateError).errors[0]).toBe(first);
  expect(error.message).toMatch(/^no more images\. \//);
  expect(error.message).toMatch(unwritten);
});

test('a caller who leaves the loop gets the error of the last checkpoint', async () => {
  const model: tfl.LayersModel = makeModel();
  const before = tf.memory().numTensors;
  const leave = async (): Promise<void> => {
    for await (const event of train(model, cloudsFrom, { checkpoints: { directory } }))
      if (event.type === 'epochBegin' && event.epoch === 1) break;
  };
  await expect(leave()).rejects.toThrow(unwritten);
  expect(tf.memory().numTensors).toBe(before);
});
