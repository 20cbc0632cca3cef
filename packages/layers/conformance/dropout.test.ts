import { expectAllClose, readVectors, type Vectors } from '@alexnet/testing';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect } from 'vitest';
import { AlexNetDropout, type DropoutMode, dropout } from '../src/index.js';
import { testOnBackends } from './on-backends.js';
import { valuesAndGradients } from './values-and-gradients.js';

interface Case {
  mode: DropoutMode;
  rate: number;
  x: number[];
  dy: number[];
  training: { mask: number[]; probability: number; y: number[]; dx: number[] }[];
  test: { y: number[]; dx: number[] };
}

const { cases, tolerance } = readVectors<Vectors<Case>>('dropout');
const stored = (data: number[]): { shape: number[]; data: number[] } => ({ shape: [1, data.length], data });
/** Draws until all sixteen masks have come; the rarest has a probability of 1/256. */
const draws = 4000;

/** Every mask that the seeds draw must be of the vectors, with their values, gradients and probability. */
async function expectMasks(
  c: Case,
  train: (draw: number) => (x: tf.Tensor) => tf.Tensor,
  every: number,
): Promise<void> {
  const seen = new Map<string, number>();
  for (let draw = 0; draw < draws; draw++) {
    const mask = maskOf(train(draw));
    const key = mask.join('');
    seen.set(key, (seen.get(key) ?? 0) + 1);
    if ((seen.get(key) as number) > every) continue;
    const expected = c.training.find((t) => t.mask.join('') === key);
    const [y, dx] = await valuesAndGradients(train(draw), [stored(c.x)], stored(c.dy));
    expectAllClose(y as Float32Array, expected?.y as number[], tolerance);
    expectAllClose(dx as Float32Array, expected?.dx as number[], tolerance);
  }
  for (const { mask, probability } of c.training) {
    const share = (seen.get(mask.join('')) ?? 0) / draws;
    const deviation = Math.sqrt((probability * (1 - probability)) / draws);
    expect(Math.abs(share - probability), `share of mask ${mask}`).toBeLessThan(5 * deviation);
  }
}

const maskOf = (op: (x: tf.Tensor) => tf.Tensor): number[] =>
  Array.from(
    tf.tidy(() => op(tf.ones([1, 4])).dataSync()),
    (value) => (value === 0 ? 0 : 1),
  );

describe.each(cases)('dropout: $name', (c) => {
  const { mode, rate } = c;
  testOnBackends('dropout at test time', async () => {
    const [y, dx] = await valuesAndGradients((x) => dropout(x, { mode, rate }), [stored(c.x)], stored(c.dy));
    expectAllClose(y as Float32Array, c.test.y, tolerance);
    expectAllClose(dx as Float32Array, c.test.dx, tolerance);
  });
});
