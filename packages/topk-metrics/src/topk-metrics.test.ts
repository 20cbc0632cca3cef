import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  averagePredictions,
  readGroundTruth,
  readSubmission,
  submissionError,
  TopKError,
  topKError,
  topLabels,
  wilsonInterval,
  writeGroundTruth,
  writeSubmission,
} from './index.js';

/**
 * The definition with a sort, in expectation over all orders of equal values.
 */
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
    expect(new TopKError([2]).add(rows, [0, 1, 0]).interval(2)).toEqual(wilsonInterval(1 / 3, 3));
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

  test('refuses bad labels, NaN, bad k and rows that do not fit', () => {
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

test('averages the predictions of several models', () => {
  expect(Array.from(averagePredictions([[0.2, 0.8], [0.6, 0.4]]))).toEqual([0.4, 0.6000000000000001]); // biome-ignore format: rows
  const weighted = averagePredictions([[0.2, 0.8], Float32Array.of(0.5, 0.5)], { weights: [0.75, 0.25] }); // biome-ignore format: rows
  expect(weighted[0]).toBeCloseTo(0.275, 15);
  expect(weighted[1]).toBeCloseTo(0.725, 15);
  expect(() => averagePredictions([])).toThrow('got none');
  expect(() => averagePredictions([[1], [1, 2]])).toThrow('must all have 1 values');
  for (const weights of [[1], [0.5, 0.4], [1.5, -0.5], [Number.NaN, 1], [0.5, 0.5, 0]]) {
    expect(() => averagePredictions([[1], [1]], { weights })).toThrow(
      'weights must be 2 numbers >= 0 of sum 1',
    );
  }
  expect(() => averagePredictions([[1]], { weight: [1] } as object)).toThrow('options must be among weights');
});

test('a submission has five IDs per line, counted from 1, most probable first', () => {
  const rows = [[0.1, 0.5, 0.05, 0.2, 0.06, 0.09], [1, 0, 0, 0, 0, 0]]; // biome-ignore format: rows
  expect(writeSubmission(rows, 2)).toBe('2 4 1 6 5\n1 2 3 4 5\n');
  expect(topLabels([0.2, 0.4, 0.4], 2)).toEqual([1, 2]);
  expect(() => writeSubmission([[0.5, Number.NaN]], 1)).toThrow('(topLabels), got NaN for label 1.');
  expect(() => writeSubmission([0.5, 0.2, 0.3], 2)).toThrow('(writeSubmission), got 3 values.');
});

test('a submission is read back, and its error is that of its probabilities if none are equal', () => {
  const image = fc.record({
    row: fc.uniqueArray(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 7, maxLength: 7 }),
    label: fc.nat(6),
  });
  fc.assert(
    fc.property(
      fc.array(image, { minLength: 1, maxLength: 9 }),
      fc.integer({ min: 1, max: 5 }),
      (images, k) => {
        const rows = images.map(({ row }) => row);
        const labels = images.map(({ label }) => label);
        const guesses = readSubmission(writeSubmission(rows, rows.length));
        expect(guesses).toEqual(rows.map((row) => topLabels(row, 5)));
        expect(submissionError(guesses, labels, k)).toBeCloseTo(topKError(rows, labels, k), 12);
      },
    ),
  );
  expect(readSubmission('3 1\r\n 9  2 5 \n')).toEqual([[2, 0], [8, 1, 4]]); // biome-ignore format: rows
  expect(submissionError([[2, 0], [8, 1, 4]], [0, 3])).toBe(0.5); // biome-ignore format: rows
});

test('an error names the line that is not part of a submission', () => {
  expect(() => readSubmission('1 2\n1 2 3 4 5 6\n')).toThrow(
    "line 2 must be 1 to 5 ILSVRC IDs >= 1 (readSubmission), got '1 2 3 4 5 6'.",
  );
  for (const text of ['\n', '0\n', '1 x\n', '1,2\n'])
    expect(() => readSubmission(text)).toThrow('line 1 must');
  expect(() => submissionError([[1]], [1, 2])).toThrow(
    'guesses must be of 2 images (submissionError), got 1.',
  );
  expect(() => submissionError([[1]], [1], 0)).toThrow('k must be a whole number >= 1');
});

test('ground truth is read back as labels from 0, and errors name bad lines', () => {
  expect(Array.from(readGroundTruth('490\n361\r\n1\n'))).toEqual([489, 360, 0]);
  expect(() => readGroundTruth('1\n\n2\n')).toThrow(
    "line 2 must be an ILSVRC ID >= 1 (readGroundTruth), got ''.",
  );
  for (const text of ['0\n', '1 2\n']) expect(() => readGroundTruth(text)).toThrow('line 1');
  expect(writeGroundTruth(readGroundTruth('490\n361\n1'))).toBe('490\n361\n1\n');
  expect(() => writeGroundTruth([3, -1])).toThrow(
    'labels must be whole numbers >= 0 (writeGroundTruth), got -1 for image 1.',
  );
});
