import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  averagePredictions,
  readGroundTruth,
  TopKError,
  topKError,
  topLabels,
  writeSubmission,
} from './index.js';

/** The definition with a sort, ties broken every possible way: the expectation over shuffles of equal values. */
function sortedError(row: number[], label: number, k: number): number {
  const sorted = [...row].sort((a, b) => b - a);
  const places = sorted.flatMap((value, place) => (value === row[label] ? [place] : []));
  return places.filter((place) => place >= k).length / places.length;
}

const image = fc
  .array(fc.constantFrom(0, 0.1, 0.2, 0.5, 1), { minLength: 2, maxLength: 8 })
  .chain((row) => fc.tuple(fc.constant(row), fc.nat(row.length - 1)));

describe('topKError', () => {
  test('agrees with a sort, ties included', () => {
    fc.assert(
      fc.property(image, fc.integer({ min: 1, max: 9 }), ([row, label], k) => {
        expect(topKError(row, [label], k)).toBeCloseTo(sortedError(row, label, k), 12);
      }),
    );
  });

  test('averages over images, flat or as rows', () => {
    const rows = [[0.5, 0.3, 0.2], [0.1, 0.2, 0.7], [0.2, 0.5, 0.3]]; // biome-ignore format: rows
    expect(topKError(rows, [0, 1, 0], 1)).toBeCloseTo(2 / 3);
    expect(topKError(Float32Array.from(rows.flat()), [0, 1, 0], 2)).toBeCloseTo(1 / 3);
    expect(topKError([], [], 1)).toBeNaN();
  });

  test('batches and merged parts give the error of the whole', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 }),
            fc.nat(5),
          ),
          { minLength: 2, maxLength: 20 },
        ),
        fc.nat(),
        (images, cut) => {
          const part = (from: typeof images) =>
            new TopKError().add(
              from.map(([row]) => row),
              from.map(([, label]) => label),
            );
          const at = cut % images.length;
          const merged = part(images.slice(0, at)).merge(part(images.slice(at)));
          const whole = part(images);
          expect(merged.images).toBe(images.length);
          for (const k of [1, 5]) expect(merged.error(k)).toBeCloseTo(whole.error(k), 12);
        },
      ),
    );
  });

  test('refuses what is no label, no number, no k, no row', () => {
    expect(() => topKError([0.5, 0.5], [2], 1)).toThrow(
      'labels must be in 0 .. 1 (topKError), got 2 for image 0.',
    );
    expect(() => topKError([0.5, Number.NaN], [0], 1)).toThrow('got NaN for image 0, label 1.');
    expect(() => topKError([0.5, 0.5], [0], 0)).toThrow('k must be a whole number >= 1 (TopKError), got 0.');
    expect(() => topKError([0.5, 0.5, 0.1], [0, 1], 1)).toThrow(
      'one row for each of 2 labels (topKError), got 3 values.',
    );
    expect(() => topKError([], [0], 1)).toThrow('got 0 values.');
    expect(() => new TopKError([1]).error(5)).toThrow('k must be one of 1 (TopKError), got 5.');
  });
});

test('predictions of several models are averaged', () => {
  expect(Array.from(averagePredictions([[0.2, 0.8], [0.6, 0.4]]))).toEqual([0.4, 0.6000000000000001]); // biome-ignore format: rows
  expect(() => averagePredictions([])).toThrow('got none');
  expect(() => averagePredictions([[1], [1, 2]])).toThrow('must all have 1 values');
});

test('a submission has five IDs a line, counted from 1, most probable first', () => {
  const rows = [[0.1, 0.5, 0.05, 0.2, 0.06, 0.09], [1, 0, 0, 0, 0, 0]]; // biome-ignore format: rows
  expect(writeSubmission(rows, 2)).toBe('2 4 1 6 5\n1 2 3 4 5\n');
  expect(topLabels([0.2, 0.4, 0.4], 2)).toEqual([1, 2]);
});

test('ground truth is read back as labels from 0, bad lines are named', () => {
  expect(Array.from(readGroundTruth('490\n361\r\n1\n'))).toEqual([489, 360, 0]);
  expect(() => readGroundTruth('1\n\n2\n')).toThrow(
    "line 2 must be an ILSVRC ID >= 1 (readGroundTruth), got ''.",
  );
  expect(() => readGroundTruth('0\n')).toThrow('line 1');
});
