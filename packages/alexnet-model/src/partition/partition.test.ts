import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { type AlexNetOverrides, alexnet, type PresetName, partition } from '../index.js';
import type { Link } from './link.js';
import { SegmentTape } from './segment-tape.js';
import type { TowerPart } from './tower-part.js';

beforeAll(() => tf.setBackend('cpu'));

/** The two ends of a link inside one process, which count the bytes that each sends. */
function twoEnds(): { ends: [Link, Link]; sent: [number[], number[]] } {
  const queues: [Float32Array[], Float32Array[]] = [[], []];
  const waiting: [(() => void)[], (() => void)[]] = [[], []];
  const sent: [number[], number[]] = [[], []];
  const end = (mine: 0 | 1): Link => {
    const other = mine === 0 ? 1 : 0;
    return {
      async send(values) {
        sent[mine].push(values.byteLength);
        queues[other].push(values.slice());
        waiting[other].shift()?.();
      },
      async receive(size) {
        if (queues[mine].length === 0) await new Promise<void>((resolve) => waiting[mine].push(resolve));
        const values = queues[mine].shift() as Float32Array;
        expect(values).toHaveLength(size);
        return values;
      },
    };
  };
  return { ends: [end(0), end(1)], sent };
}

const small = { width: 1 / 32, imageSize: 64, classes: 5, seed: 3 } satisfies AlexNetOverrides;
const batch = (): { xs: tf.Tensor; ys: tf.Tensor } => ({
  xs: tf.randomNormal([4, 64, 64, 3], 0, 60, 'float32', 7),
  ys: tf.tidy(() => tf.cast(tf.oneHot([0, 3, 1, 4], 5), 'float32')),
});
const variablesOf = (layer: tfl.layers.Layer): tf.Variable[] =>
  layer.trainableWeights.map((weight) => weight.read() as tf.Variable);

/** The loss and gradients of the whole network, by layer and weight. */
function wholeGradients(
  model: tfl.LayersModel,
  { xs, ys }: { xs: tf.Tensor; ys: tf.Tensor },
): { loss: number; gradients: Map<string, ArrayLike<number>> } {
  const logits = tfl.model({
    inputs: model.inputs,
    outputs: model.getLayer('softmax').input as tfl.SymbolicTensor,
  });
  const { value, grads } = tf.variableGrads(
    () => tf.losses.softmaxCrossEntropy(ys, logits.apply(xs, { training: true }) as tf.Tensor) as tf.Scalar,
    model.layers.flatMap(variablesOf),
  );
  return { loss: value.dataSync()[0] as number, gradients: byLayer(model.layers, grads) };
}

function byLayer(layers: tfl.layers.Layer[], gradients: tf.NamedTensorMap): Map<string, ArrayLike<number>> {
  const named = layers.flatMap((layer) =>
    variablesOf(layer).map(
      ({ name }, i) => [`${layer.name} ${i}`, gradients[name]?.dataSync() ?? []] as const,
    ),
  );
  return new Map(named);
}

describe.each<[PresetName, AlexNetOverrides]>([
  ['original2012', {}],
  ['paper', { dropout: false }],
  ['paperConv6', { activation: 'tanh' }],
  ['noLrn', { overlap: false }],
])('%s %j in two parts', (preset, overrides) => {
  const options = { ...small, ...overrides };

  test('has a loss, gradients and probabilities bit-identical to the whole network, and leaves nothing behind', async () => {
    const whole = alexnet(preset, options);
    const expected = [batch(), batch()].map((one) => wholeGradients(whole, one)); // two steps, with different masks
    const { tower } = await partition(preset, options);
    const towers = [tower(0), tower(1)] as const;
    for (const { loss, gradients } of expected) {
      const { xs, ys } = batch();
      const before = tf.memory().numTensors;
      const { ends } = twoEnds();
      const results = await Promise.all([
        towers[0].gradients({ xs, ys }, ends[0]),
        towers[1].gradients({ xs }, ends[1]),
      ]);
      expect(results[0].loss?.dataSync()[0]).toBe(loss);
      expect(results[0].logits?.shape).toEqual([4, 5]);
      expect([results[1].loss, results[1].logits]).toEqual([undefined, undefined]);
      const all = results.flatMap((one, i) => [...byLayer((towers[i] as TowerPart).layers, one.gradients)]);
      expect(new Map(all)).toEqual(new Map([...gradients].sort(inOrderOf(all))));
      expect(all).toHaveLength(gradients.size);
      tf.dispose(results as unknown as tf.TensorContainer);
      expect(tf.memory().numTensors).toBe(before);
    }
    const { xs } = batch();
    const { ends } = twoEnds();
    const [probabilities, none] = await Promise.all([
      towers[0].predict(xs, ends[0]),
      towers[1].predict(xs, ends[1]),
    ]);
    expect(probabilities?.dataSync()).toEqual((whole.predict(xs) as tf.Tensor).dataSync());
    expect(none).toBeUndefined();
    const weights = towers
      .flatMap(({ layers }) => layers)
      .reduce((sum, layer) => sum + layer.countParams(), 0);
    expect(weights).toBe(whole.countParams());
  });
});

function inOrderOf(all: readonly (readonly [string, unknown])[]) {
  const names = all.map(([name]) => name);
  return ([a]: [string, unknown], [b]: [string, unknown]): number => names.indexOf(a) - names.indexOf(b);
}

test("towers send the bytes that the partition counts, 15.5 MB each way at the paper's size", async () => {
  const { exchanges, bytesPerStep } = await partition('paper');
  expect(exchanges).toEqual([
    { from: 'pool2', to: 'conv3', shape: [13, 13, 128] },
    { from: 'pool5', to: 'fc6', shape: [6, 6, 128] },
    { from: 'fc6', to: 'fc7', shape: [2048] },
    { from: 'fc7', to: 'fc8', shape: [2048] },
  ]);
  expect(bytesPerStep(128)).toEqual([
    { forward: 14_483_456, backward: 15_532_032 },
    { forward: 15_532_032, backward: 14_483_456 },
  ]);
  const part = await partition('original2012', small);
  const { ends, sent } = twoEnds();
  const { xs, ys } = batch();
  await Promise.all([part.tower(0).gradients({ xs, ys }, ends[0]), part.tower(1).gradients({ xs }, ends[1])]);
  const total = sent.map((bytes) => bytes.reduce((sum, count) => sum + count, 0));
  expect(total).toEqual(part.bytesPerStep(4).map(({ forward, backward }) => forward + backward));
});

test('a net without two towers is refused, and so is a third tower', async () => {
  await expect(partition('oneGpu')).rejects.toThrow('towers must be 2 to be partitioned (alexnet), got 1.');
  const paper = await partition('paper');
  expect(() => paper.tower(2 as 1)).toThrow('tower must be 0 or 1 (alexnet), got 2.');
  expect(() => paper.bytesPerStep(0)).toThrow('batchSize must be a whole number >= 1 (partition), got 0.');
});

test('a tower whose link fails at any call rejects with its error, and leaves nothing behind', async () => {
  for (const index of [0, 1] as const) {
    const tower = (await partition('original2012', small)).tower(index);
    const before = tf.memory().numTensors;
    const { xs, ys } = batch();
    const calls = async (failsAt: number): Promise<number> => {
      let call = 0;
      const mayFail = async (): Promise<void> => {
        if (call++ === failsAt) throw new Error('the other tower is gone');
      };
      const link: Link = {
        send: mayFail,
        receive: async (size) => {
          await mayFail();
          return new Float32Array(size);
        },
      };
      const run = tower.gradients({ xs, ys }, link);
      if (failsAt < 0) tf.dispose((await run) as unknown as tf.TensorContainer);
      else await expect(run).rejects.toThrow('the other tower is gone');
      expect(tf.memory().numTensors - before).toBe(2);
      return call;
    };
    const all = await calls(-1);
    expect(all).toBe(14);
    for (let failsAt = 0; failsAt < all; failsAt++) await calls(failsAt);
    tf.dispose([xs, ys]);
  }
});

test('a segment cannot be recorded inside a gradient, and must depend on the requested variables', () => {
  const x = tf.scalar(2);
  expect(() => tf.grad((y: tf.Tensor) => SegmentTape.record(y, (z) => tf.square(z)).output)(x)).toThrow(
    'a segment cannot be recorded inside a gradient (SegmentTape).',
  );
  const stranger = tf.variable(tf.scalar(1), true, 'stranger');
  const tape = SegmentTape.record(tf.clone(x), (z) => tf.mul(z, tf.square(z)));
  expect(() => tape.gradients([stranger], { withInput: true })).toThrow(
    "does not depend on 'stranger' (SegmentTape)",
  );
  const again = SegmentTape.record(x, (z) => tf.mul(z, tf.square(z)));
  expect(again.gradients([], { withInput: true }).input?.dataSync()[0]).toBe(12);
});
