import fc from 'fast-check';
import { expect, test } from 'vitest';
import { averagePredictions, searchWeights, topKError } from './index.js';

const CLASSES = 4;

/** Predictions of two or three models for the same one to eight images. */
const ensembles = fc
  .record({ models: fc.integer({ min: 2, max: 3 }), images: fc.integer({ min: 1, max: 8 }) })
  .chain(({ models, images }) => {
    const values = { minLength: images * CLASSES, maxLength: images * CLASSES };
    return fc.record({
      predictions: fc.array(fc.array(fc.constantFrom(0, 0.1, 0.25, 0.4, 0.7, 1), values), {
        minLength: models,
        maxLength: models,
      }),
      labels: fc.array(fc.nat(CLASSES - 1), { minLength: images, maxLength: images }),
    });
  });

/** Every weighting in multiples of 1 / steps. */
function weightings(models: number, steps: number): number[][] {
  let all: number[][] = [[]];
  for (let m = 0; m < models; m++) {
    all = all.flatMap((some) => Array.from({ length: steps + 1 }, (_, part) => [...some, part]));
  }
  return all
    .filter((parts) => parts.reduce((sum, part) => sum + part, 0) === steps)
    .map((parts) => parts.map((part) => part / steps));
}

test('no weighting of the grid has a lower error when all are averaged and counted', () => {
  fc.assert(
    fc.property(
      ensembles,
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 5 }),
      ({ predictions, labels }, k, steps) => {
        const errorWith = (weights: readonly number[]): number =>
          topKError(averagePredictions(predictions, { weights }), labels, k);
        const found = searchWeights(predictions, labels, { k, steps });
        const equal = predictions.map(() => 1 / predictions.length);
        const least = Math.min(...[equal, ...weightings(predictions.length, steps)].map(errorWith));
        expect(found.error).toBeCloseTo(least, 12);
        expect(errorWith(found.weights)).toBeCloseTo(least, 12);
        expect(found.equalWeightsError).toBeCloseTo(errorWith(equal), 12);
        expect(searchWeights(predictions, labels, { k, steps })).toEqual(found);
      },
    ),
  );
});

test('a good model outweighs a bad one, and equally good models keep equal weights', () => {
  const good = [0.6, 0.4, 0.4, 0.6, 0.7, 0.3]; // [3 images, 2 classes]
  const bad = [0.1, 0.9, 0.9, 0.1, 0, 1];
  const { weights, error, equalWeightsError } = searchWeights([good, bad], [0, 1, 0]);
  expect([error, equalWeightsError]).toEqual([0, 1]);
  expect(weights).toEqual([0.9, 0.1]); // with .8 and .2 the first image is a tie
  expect(searchWeights([good, good, good], [0, 1, 0]).weights).toEqual([1 / 3, 1 / 3, 1 / 3]);
});

test('refuses empty input, shapes that differ and grids that are too large', () => {
  expect(() => searchWeights([], [0])).toThrow('(searchWeights), got 0 models and 1 images.');
  expect(() => searchWeights([[]], [])).toThrow('got 1 models and 0 images.');
  expect(() => searchWeights([[0.5, 0.5], [0.2, 0.3, 0.5]], [0])).toThrow('must be of 2 classes'); // biome-ignore format: rows
  expect(() => searchWeights([[0.5, Number.NaN]], [0])).toThrow('got NaN for image 0, label 1.');
  expect(() => searchWeights([[0.5, 0.5]], [0], { steps: 0 })).toThrow('steps must be a whole number >= 1');
  expect(() => searchWeights([[0.5, 0.5]], [0], { step: 5 } as object)).toThrow(
    'options must be among k, steps',
  );
  const seven = new Array(7).fill([0.5, 0.5]);
  expect(() => searchWeights(seven, [0], { steps: 30 })).toThrow(
    'steps must give at most 1000000 weightings (searchWeights), got 30 for 7 models: 1947792.',
  );
});
