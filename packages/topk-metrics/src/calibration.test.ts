import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyImages } from './any-images.test-data.js';
import { Calibration, topKError } from './index.js';

test('bins and the expected error agree with a loop over bins and images', () => {
  fc.assert(
    fc.property(anyImages, fc.integer({ min: 1, max: 20 }), ({ rows, labels }, bins) => {
      const calibration = new Calibration({ bins }).add(rows, labels);
      let expected = 0;
      calibration.bins().forEach((bin, b) => {
        const inside = rows.flatMap((row, i) => {
          const confidence = Math.max(...row);
          const isIn = (confidence > b / bins || b === 0) && confidence <= (b + 1) / bins;
          return isIn ? [{ row, label: labels[i] as number, confidence }] : [];
        });
        const accuracy =
          1 - topKError(inside.map(({ row }) => row), inside.map(({ label }) => label), 1); // biome-ignore format: two lists
        const confidence = inside.reduce((sum, image) => sum + image.confidence, 0) / inside.length;
        if (inside.length > 0) expected += (inside.length / rows.length) * Math.abs(accuracy - confidence);
        expect([bin.low, bin.high, bin.images]).toEqual([b / bins, (b + 1) / bins, inside.length]);
        expect(bin.accuracy).toBe(accuracy);
        if (inside.length === 0) expect(bin.confidence).toBeNaN();
        else expect(bin.confidence).toBeCloseTo(confidence, 14);
      });
      expect(calibration.images).toBe(rows.length);
      if (rows.length === 0) expect(calibration.expectedError()).toBeNaN();
      else expect(calibration.expectedError()).toBeCloseTo(expected, 13);
    }),
  );
});

test('a bin includes its upper edge, and the next larger number is in the next bin', () => {
  for (let bins = 1; bins <= 64; bins++) {
    for (let b = 1; b <= bins; b++) {
      const edge = b / bins;
      const binOf = (confidence: number): number =>
        new Calibration({ bins })
          .add([[confidence]], [0])
          .bins()
          .findIndex(({ images }) => images === 1);
      expect([bins, binOf(edge)]).toEqual([bins, b - 1]);
      if (b < bins) expect([bins, binOf(edge * (1 + Number.EPSILON))]).toEqual([bins, b]);
    }
  }
});

test('a network that is right as often as it says has an error of 0, one that is sure and wrong has an error of 1', () => {
  const honest = new Calibration().add([[0.75, 0.25], [0.75, 0.25], [0.75, 0.25], [0.75, 0.25]], [0, 0, 1, 0]); // biome-ignore format: rows
  expect(honest.expectedError()).toBe(0);
  expect(new Calibration().add([[1, 0]], [1]).expectedError()).toBe(1);
});

test('refuses logits, bad numbers of bins and misspelled options', () => {
  expect(() => new Calibration().add([[0.5, 0.5], [3.5, -1]], [0, 0])).toThrow(
    'probabilities must be in 0 .. 1 (Calibration), got 3.5 for image 1, label 0.',
  ); // biome-ignore format: rows
  expect(() => new Calibration({ bins: 0 })).toThrow(
    'bins must be a whole number >= 1 (Calibration), got 0.',
  );
  expect(() => new Calibration({ bin: 3 } as object)).toThrow('options must be among bins');
});
