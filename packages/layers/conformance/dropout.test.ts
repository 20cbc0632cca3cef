import { useBackend } from '@alexnet/backends';
import { expectAllClose, readVectors, type Vectors } from '@alexnet/testing';
import { testOnBackends } from '@alexnet/testing/on-backends';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { AlexNetDropout, type DropoutMode, dropout } from '../src/index.js';
import { valuesAndGradients } from './values-and-gradients.js';

interface Case {
  mode: DropoutMode;
  rate: number;
  x: number[];
  dy: number[];
  training: { mask: number[]; probability: number; y: number[]; dx: number[] }[];
  test: { y: number[]; dx: number[] };
}
type Op = (x: tf.Tensor) => tf.Tensor;

const { cases, tolerance } = readVectors<Vectors<Case>>('dropout');
/** The rarest mask has a probability of 1/256. */
const draws = 4000;

/** The op and the layer: in training, with the number of a draw, and at test time. */
const forms: [string, (c: Case) => { train(draw: number): Op; test: Op }][] = [
  [
    'dropout',
    ({ mode, rate }) => ({
      train: (draw) => (x) => dropout(x, { mode, rate, isTraining: true, seed: [1, draw] }),
      test: (x) => dropout(x, { mode, rate }),
    }),
  ],
  [
    'AlexNetDropout',
    ({ mode, rate }) => {
      const layer = new AlexNetDropout({ mode, rate, seed: 1, name: 'drop6' });
      return {
        train: (draw) => (x) => {
          layer.randomState = draw;
          return layer.apply(x, { training: true }) as tf.Tensor;
        },
        test: (x) => layer.apply(x) as tf.Tensor,
      };
    },
  ],
];
const pairs = cases.flatMap((c) =>
  forms.map(([form, create]) => ({ title: `${form}, ${c.name}`, c, ...create(c) })),
);

describe.each(pairs)('$title', ({ c, train, test: atTest }) => {
  /**
   * Mask -> the draws that gave it. Only the seed determines a mask, so the cpu backend can find them for
   * all.
   */
  const found = new Map<string, number[]>();
  beforeAll(async () => {
    await useBackend('cpu');
    for (let draw = 0; draw < draws; draw++) {
      const kept = tf.tidy(() => train(draw)(tf.ones([4])).dataSync());
      const mask = Array.from(kept, (value) => (value === 0 ? 0 : 1)).join('');
      found.set(mask, [...(found.get(mask) ?? []), draw]);
    }
  });
  const run = (op: Op): Promise<Float32Array[]> =>
    valuesAndGradients(op, [{ shape: [4], data: c.x }], { shape: [4], data: c.dy });

  test('every mask is as frequent as its probability', () => {
    for (const { mask, probability } of c.training) {
      const share = (found.get(mask.join(''))?.length ?? 0) / draws;
      const deviation = Math.sqrt((probability * (1 - probability)) / draws);
      expect(Math.abs(share - probability), `share of mask ${mask}`).toBeLessThan(5 * deviation);
    }
  });

  testOnBackends('every mask gives its values and its gradient', async () => {
    for (const { mask, y, dx } of c.training) {
      const draw = found.get(mask.join(''))?.[0] as number;
      const [values, gradient] = (await run(train(draw))) as [Float32Array, Float32Array];
      expectAllClose(values, y, tolerance);
      expectAllClose(gradient, dx, tolerance);
    }
  });

  testOnBackends('test time has the mean over masks and its gradient', async () => {
    const [values, gradient] = (await run(atTest)) as [Float32Array, Float32Array];
    expectAllClose(values, c.test.y, tolerance);
    expectAllClose(gradient, c.test.dx, tolerance);
    const mean = c.x.map((_, i) =>
      c.training.reduce((sum, t) => sum + t.probability * (t.y[i] as number), 0),
    );
    expectAllClose(values, mean, tolerance);
  });
});
