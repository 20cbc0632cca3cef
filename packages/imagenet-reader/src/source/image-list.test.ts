import fc from 'fast-check';
import { expect, test } from 'vitest';
import { imageGroup } from './image-group.js';
import { ImageList, type ListedImage } from './image-list.js';

const images = fc.array(
  fc.record({
    name: fc.string({ unit: 'binary', maxLength: 40 }).filter((name) => !/[\ud800-\udfff/]/.test(name)),
    offset: fc.nat(),
    size: fc.maxSafeNat(),
  }),
  { maxLength: 200 },
);

function listOf(all: readonly ListedImage[]): ImageList {
  const list = new ImageList();
  for (const { name, offset, size } of all) list.add(name, offset, size);
  return list;
}

const itemsOf = (list: ImageList): ListedImage[] => Array.from({ length: list.count }, (_, i) => list.at(i));

test('returns what was added, in that order or in the byte order of the names', () => {
  fc.assert(
    fc.property(images, (all) => {
      const list = listOf(all);
      expect(itemsOf(list)).toEqual(all);
      const sorted = [...all].sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
      expect(itemsOf(list.sortedByName())).toEqual(sorted);
    }),
    { numRuns: 60 },
  );
});

test('a group walked from any number on yields the rest of the images, with their labels', () => {
  fc.assert(
    fc.property(images, fc.nat(220), (all, from) => {
      const labels = Uint32Array.from(all, (_, i) => i * 3);
      const group = imageGroup(listOf(all), { location: 'folder', labels });
      const whole = [...group.images()].map(({ label, bytes }) => ({ label, bytes }));
      const rest = [...group.images(from)].map(({ label, bytes }) => ({ label, bytes }));
      expect(whole.map(({ label }) => label)).toEqual([...labels]);
      expect(rest).toEqual(whole.slice(from));
    }),
    { numRuns: 40 },
  );
});
