import { randomStream } from '@alexnet/random';
import { topKError } from '@alexnet/topk-metrics';
import { expect, test } from 'vitest';
import { type EvaluationRow, measurePredictions } from './measure-predictions.js';
import type { PredictedBatch } from './predict-batches.js';

const IMAGES = 24;
const CLASSES = 7;
const stream = randomStream(3);
const labels = Array.from({ length: IMAGES }, () => stream.integer(CLASSES));

/** Softmax outputs that predict the true class more or less often. */
const model = (skill: number): number[][] =>
  labels.map((label) => {
    const powers = Array.from({ length: CLASSES }, (_, k) =>
      Math.exp(stream.normal() + (k === label ? skill : 0)),
    );
    const sum = powers.reduce((all, one) => all + one, 0);
    return powers.map((power) => Math.fround(power / sum));
  });
const models = [model(2), model(0.5)];

async function* batches(truth: readonly number[]): AsyncGenerator<PredictedBatch> {
  for (let first = 0; first < IMAGES; first += 5) {
    const indices = Uint32Array.from(labels.slice(first, first + 5), (_, i) => first + i);
    const rows = (of: number[][]) => Float32Array.from(of.slice(first, first + 5).flat());
    yield {
      indices,
      labels: Int32Array.from(truth.slice(first, first + 5)),
      probabilities: models.map(rows),
    };
  }
}
const measure = (truth: readonly number[], searchSeed?: number): Promise<EvaluationRow[]> =>
  measurePredictions(batches(truth), { models: ['a', 'b'], images: IMAGES, classes: CLASSES, searchSeed });

test('the errors of each model and of their average match plain averages over all images', async () => {
  const average = labels.map((_, i) =>
    models[0]?.[i]?.map((p, k) => Math.fround((p + (models[1]?.[i]?.[k] ?? 0)) / 2)),
  );
  const rows = await measure(labels);
  expect(rows.map(({ model }) => model)).toEqual(['a', 'b', 'average']);
  for (const [row, predictions] of [...models, average].entries()) {
    for (const k of [1, 5] as const) {
      expect(rows[row]?.[`top${k}Error`]).toBe(topKError(predictions as number[][], labels, k));
    }
  }
});

test('no image counts both for the weights and for their reported error', async () => {
  const [equal, searched] = (await measure(labels, 0)).slice(3) as [EvaluationRow, EvaluationRow];
  expect([equal.images, searched.images]).toEqual([IMAGES / 2, IMAGES / 2]);
  let reported = 0;
  let hasMovedWeights = false;
  for (const [image, label] of labels.entries()) {
    let isReported = false;
    for (let other = 1; other < CLASSES; other++) {
      const truth = labels.map((was, i) => (i === image ? (label + other) % CLASSES : was));
      const [even, found] = (await measure(truth, 0)).slice(3) as [EvaluationRow, EvaluationRow];
      const isCounted = JSON.stringify(even.worstClasses) !== JSON.stringify(equal.worstClasses);
      if (isCounted) expect(found.weights).toEqual(searched.weights);
      else expect(even).toEqual(equal);
      isReported ||= isCounted;
      hasMovedWeights ||= String(found.weights) !== String(searched.weights);
    }
    if (isReported) reported++;
  }
  expect(reported).toBe(IMAGES / 2);
  expect(hasMovedWeights).toBe(true);
  const otherHalf = (await measure(labels, 1))[3] as EvaluationRow;
  expect(otherHalf.worstClasses).not.toEqual(equal.worstClasses);
});
