import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyImages, CLASSES, type Images } from './any-images.test-data.js';
import { Calibration, ConfusionMatrix, PerClassError, TopKError } from './index.js';

/** What the four measures have in common. */
interface Measure {
  add(probabilities: number[][], labels: number[]): Measure;
  merge(other: Measure): Measure;
  toJSON(): unknown;
}

/** A measure, a measure of its kind that it cannot be merged with, and what its `fromJSON` refuses. */
interface Kind {
  create: () => Measure;
  misfit: () => Measure;
  fromJSON: (json: never) => Measure;
  badJson: unknown[];
}

const kinds: Record<string, Kind> = {
  TopKError: {
    create: () => new TopKError([1, 5, 2]),
    misfit: () => new TopKError([1, 5]),
    fromJSON: TopKError.fromJSON,
    badJson: [
      { images: '4', wrong: {} },
      { images: 4 },
      { images: 4, wrong: { 0: {} } },
      { images: 4, wrong: { 1: { 0: 1 } } },
      { images: 4, wrong: { 1: { 1: 0.5 } } },
      { images: -1, wrong: { 1: {} } },
      { images: 4, wrong: { 1: null } },
      { images: 4, wrong: { 1: { 1: 3, 2: 3 } } },
    ],
  },
  PerClassError: {
    create: () => new PerClassError(CLASSES, [1, 3]),
    misfit: () => new PerClassError(CLASSES + 1, [1, 3]),
    fromJSON: PerClassError.fromJSON,
    badJson: [
      {},
      { classes: [] },
      { classes: [{ images: 1 }] },
      {
        classes: [
          { images: 1, wrong: { 1: {} } },
          { images: 1, wrong: { 5: {} } },
        ],
      },
    ],
  },
  ConfusionMatrix: {
    create: () => new ConfusionMatrix(CLASSES),
    misfit: () => new ConfusionMatrix(CLASSES + 1),
    fromJSON: ConfusionMatrix.fromJSON,
    badJson: [{}, { classes: 2, counts: [[0, 2, 1]] }, { classes: 2, counts: [[0, 1, -1]] }, { classes: 2, counts: [[0, 1]] }],
  }, // biome-ignore format: a row of bad input
  Calibration: {
    create: () => new Calibration({ bins: 7 }),
    misfit: () => new Calibration(),
    fromJSON: Calibration.fromJSON,
    badJson: [{}, { bins: [{ confidence: 3 }] }, { bins: [{ errors: {}, confidence: '3' }] }],
  },
};

describe.each(Object.entries(kinds))('%s', (_, { create, misfit, fromJSON, badJson }) => {
  const of = ({ rows, labels }: Images): Measure => create().add(rows, labels);
  const stored = (measure: Measure): Measure => fromJSON(JSON.parse(JSON.stringify(measure)) as never);

  test('batches and merges in any order, also through JSON, are bit-identical to one batch', () => {
    fc.assert(
      fc.property(anyImages, anyImages, anyImages, (a, b, c) => {
        const whole = of({
          rows: [a, b, c].flatMap(({ rows }) => rows),
          labels: [a, b, c].flatMap(({ labels }) => labels),
        }).toJSON();
        const batches = of(a).add(b.rows, b.labels).add(c.rows, c.labels);
        const left = of(a).merge(of(b)).merge(of(c));
        const right = of(a).merge(of(b).merge(of(c)));
        const turned = create().merge(of(c)).merge(of(a)).merge(of(b));
        const throughJson = stored(stored(of(a)).merge(stored(of(b)))).add(c.rows, c.labels);
        for (const same of [batches, left, right, turned, throughJson]) expect(same.toJSON()).toEqual(whole);
      }),
    );
  });

  test('nothing of a refused batch is counted', () => {
    const measure = create().add([[0.5, 0.1, 0.1, 0.1, 0.1, 0.1]], [0]);
    const before = measure.toJSON();
    const good = [0.5, 0.1, 0.1, 0.1, 0.1, 0.1];
    expect(() => measure.add([good, good], [1, CLASSES])).toThrow(RangeError);
    expect(() => measure.add([good, [...good.slice(1), Number.NaN]], [1, 1])).toThrow('got NaN for image');
    expect(() => measure.add([good], [1, 1])).toThrow('one row for each of 2 labels');
    expect(measure.toJSON()).toEqual(before);
  });

  test('refuses to merge a measure that does not fit, and counts nothing of it', () => {
    const measure = create().add([[0.5, 0.1, 0.1, 0.1, 0.1, 0.1]], [0]);
    const before = measure.toJSON();
    expect(() => measure.merge(misfit())).toThrow(RangeError);
    expect(() => measure.merge({} as Measure)).toThrow(TypeError);
    expect(measure.toJSON()).toEqual(before);
  });

  test.each([null, 'x', ...badJson].map((json) => [json]))('refuses %j as JSON', (json) => {
    expect(() => fromJSON(json as never)).toThrow(/^json must be /);
  });
});
