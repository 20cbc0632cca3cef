import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyImages, CLASSES } from './any-images.test-data.js';
import { ConfusionMatrix, topLabels } from './index.js';

test('counts agree with a list of predictions', () => {
  fc.assert(
    fc.property(anyImages, fc.nat(9), ({ rows, labels }, most) => {
      const confusion = new ConfusionMatrix(CLASSES).add(rows, labels);
      const seen = rows.map((row, i) => `${labels[i]}>${topLabels(row, 1)[0]}`);
      const pairs = [];
      for (let label = 0; label < CLASSES; label++) {
        const images = labels.filter((one) => one === label).length;
        for (let predicted = 0; predicted < CLASSES; predicted++) {
          const count = seen.filter((pair) => pair === `${label}>${predicted}`).length;
          expect(confusion.count(label, predicted)).toBe(count);
          if (count > 0 && label !== predicted)
            pairs.push({ label, predicted, count, share: count / images });
        }
      }
      expect(confusion.worst(most)).toEqual(pairs.sort((a, b) => b.count - a.count).slice(0, most));
    }),
  );
});

test('finds the worst pairs among a thousand classes', () => {
  const confusion = new ConfusionMatrix(1000);
  const row = new Float32Array(1000);
  row[7] = 1;
  for (let label = 0; label < 1000; label++) confusion.add([row], [label]);
  confusion.add([row, row], [998, 998]).merge(ConfusionMatrix.fromJSON(confusion.toJSON()));
  expect(confusion.worst(2)).toEqual([
    { label: 998, predicted: 7, count: 6, share: 1 },
    { label: 0, predicted: 7, count: 2, share: 1 },
  ]);
  expect(confusion.worst(10_000)).toHaveLength(999);
});

test('refuses classes and labels that do not fit', () => {
  expect(() => new ConfusionMatrix(1.5)).toThrow('classes must be a whole number >= 1 (ConfusionMatrix)');
  expect(() => new ConfusionMatrix(3).add([[0.5, 0.5]], [0])).toThrow('must be of 3 classes');
  expect(() => new ConfusionMatrix(3).count(0, 3)).toThrow(
    'label must be in 0 .. 2 (ConfusionMatrix), got 3.',
  );
});
