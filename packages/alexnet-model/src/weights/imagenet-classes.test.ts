import { expect, test } from 'vitest';
import { imagenetClasses } from '../classes.js';

test('the 1000 classes are in the order of their WordNet IDs, and each has its ID of the devkit', async () => {
  const classes = await imagenetClasses();
  const wnids = classes.map(({ wnid }) => wnid);
  expect(wnids).toEqual([...new Set(wnids)].sort());
  for (const { wnid, words } of classes) expect([wnid, words]).toEqual([expect.stringMatching(/^n\d{8}$/), expect.stringMatching(/^\S.*\S$/)]); // biome-ignore format: one line
  const ids = classes.map(({ ilsvrc2012Id }) => ilsvrc2012Id).sort((a, b) => a - b);
  expect(ids).toEqual(Array.from({ length: 1000 }, (_, i) => i + 1));
});

test('classes that are known by their label in published weights are there', async () => {
  const classes = await imagenetClasses();
  const known: [number, string, string][] = [
    [0, 'n01440764', 'tench, Tinca tinca'],
    [7, 'n01514668', 'cock'],
    [207, 'n02099601', 'golden retriever'],
    [285, 'n02124075', 'Egyptian cat'],
    [817, 'n04285008', 'sports car, sport car'],
    [999, 'n15075141', 'toilet tissue, toilet paper, bathroom tissue'],
  ];
  for (const [label, wnid, words] of known) expect(classes[label]).toMatchObject({ wnid, words });
  // Two classes of the devkit: ILSVRC2012_ID 1 is a kit fox, and a tench has 449.
  expect(classes.find(({ ilsvrc2012Id }) => ilsvrc2012Id === 1)?.words).toBe('kit fox, Vulpes macrotis');
  expect(classes[0]?.ilsvrc2012Id).toBe(449);
});
