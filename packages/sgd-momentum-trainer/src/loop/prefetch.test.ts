import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { clouds, makeModel } from '../clouds.test-data.js';
import { type Stepper, type TrainEvent, type TrainOptions, train } from '../index.js';

/** Batches that note when they are requested and whether the loop ended them; the one of number `broken` fails. */
function watched(log: string[], broken = Number.POSITIVE_INFINITY) {
  return async function* (epoch: number) {
    let number = 0;
    try {
      for await (const batch of clouds(epoch)) {
        log.push(`batch ${number}`);
        if (number++ === broken) {
          tf.dispose([batch.xs, batch.ys]);
          throw new Error('the disk failed');
        }
        yield batch;
      }
    } finally {
      log.push('closed');
    }
  };
}

/** A stepper that computes elsewhere: its step ends when the event loop has turned several times. */
function slow(log: string[]): Stepper {
  return {
    async step() {
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
      log.push('step');
      return { loss: 1, correct: 0, correctTop5: 0 };
    },
    collect: async () => {},
  };
}

test.each([
  [true, ['batch 0', 'batch 1', 'step', 'batch 2', 'step', 'step', 'closed']],
  [false, ['batch 0', 'step', 'batch 1', 'step', 'batch 2', 'step', 'closed']],
])(
  'prefetch %s: the batches are requested in this order, and none after the last step',
  async (prefetch, order) => {
    const log: string[] = [];
    const model = makeModel();
    const before = tf.memory().numTensors;
    const options: TrainOptions = { prefetch, stepper: slow(log), epochs: 1, maxSteps: 3 };
    for await (const _ of train(model, watched(log), options));
    expect(log).toEqual(order);
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  },
);

test('the losses are the same', async () => {
  const losses = async (prefetch: boolean): Promise<number[]> => {
    const found: number[] = [];
    for await (const event of train(makeModel(), clouds, { prefetch, epochs: 3 })) {
      if (event.type === 'step') found.push(event.loss);
    }
    return found;
  };
  expect(await losses(true)).toEqual(await losses(false));
});

test('a batch that was requested and not used is freed, whether the caller leaves or a step fails', async () => {
  const log: string[] = [];
  const model = makeModel();
  const before = tf.memory().numTensors;
  for await (const event of train(model, watched(log), { prefetch: true, stepper: slow(log) })) {
    if (event.type === 'step') break;
  }
  expect(log).toEqual(['batch 0', 'batch 1', 'step', 'closed']);
  expect(tf.memory().numTensors).toBe(before);

  const failing: Stepper = { ...slow(log), step: () => Promise.reject(new Error('the device is gone')) };
  const run = train(model, watched(log), { prefetch: true, stepper: failing });
  await expect(run.next()).resolves.toMatchObject({ value: { type: 'epochBegin' } });
  await expect(run.next()).rejects.toThrow('the device is gone');
  expect(log.slice(4)).toEqual(['batch 0', 'batch 1', 'closed']);
  expect(tf.memory().numTensors).toBe(before);
  model.dispose();
});

test('an error of the batches comes after the events of the steps before it', async () => {
  const log: string[] = [];
  const model = makeModel();
  const events: TrainEvent['type'][] = [];
  const run = async (): Promise<void> => {
    for await (const { type } of train(model, watched(log, 1), { prefetch: true, stepper: slow(log) }))
      events.push(type);
  };
  await expect(run()).rejects.toThrow('the disk failed');
  expect(events).toEqual(['epochBegin', 'step']);
  model.dispose();
});

test('prefetch must be true or false', async () => {
  const options = { prefetch: 1 } as unknown as TrainOptions;
  await expect(train(makeModel(), clouds, options).next()).rejects.toThrow(
    /prefetch must be .* \(train\), got 1/,
  );
});
