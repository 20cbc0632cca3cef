import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NearestNeighbours } from './index.js';

const D = 3;
const vector = fc.array(fc.constantFrom(-2, -0.5, 0, 0.1, 1, 3), { minLength: D, maxLength: D }); // many distances are equal
const vectors = fc.array(vector, { maxLength: 40 });

/** Sorts all distances, computed by the definition. */
function bruteForce(query: number[], rows: number[][], k: number) {
  return rows
    .map((row, index) => ({
      index,
      distance: Math.sqrt(row.reduce((sum, value, i) => sum + ((query[i] as number) - value) ** 2, 0)),
    }))
    .sort((a, b) => a.distance - b.distance || a.index - b.index)
    .slice(0, k);
}

test('batches and merges in any order agree with sorting all distances, where equal distances keep their order', () => {
  const queries = fc.array(vector, { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(queries, vectors, fc.integer({ min: 1, max: 8 }), fc.nat(), (queried, rows, k, cut) => {
      const create = () => new NearestNeighbours(queried.flat(), { dimensions: D, k });
      const at = rows.length === 0 ? 0 : cut % rows.length;
      const [head, tail] = [rows.slice(0, at).flat(), rows.slice(at).flat()];
      const searches = [
        create().add(rows.flat(), 0),
        create().add(tail, at).add(head, 0),
        create().add(tail, at).merge(create().add(head, 0)),
      ];
      for (const search of searches) {
        const found = queried.map((_, query) => search.nearest(query));
        expect(found).toEqual(queried.map((query) => bruteForce(query, rows, k)));
      }
    }),
  );
});

test('sums in float64, where float32 would lose the difference', () => {
  const far = Float32Array.of(4096, 1 / 64);
  const search = new NearestNeighbours([0, 0], { dimensions: 2, k: 2 }).add([...far, 4096, 0], 0);
  expect(search.nearest(0)).toEqual([
    { index: 1, distance: 4096 },
    { index: 0, distance: Math.sqrt(4096 ** 2 + 2 ** -12) },
  ]);
  expect(Math.fround(4096 ** 2 + 2 ** -12)).toBe(4096 ** 2);
});

/** How many rows are streamed; ILSVRC has 1281167 training images. */
const ROWS = Number(process.env.ALEXNET_NEIGHBOURS ?? 3000);

test(`${ROWS} streamed rows of 4096 values leave no memory behind`, { timeout: 600_000 }, () => {
  const dimensions = 4096;
  const search = new NearestNeighbours(new Float32Array(dimensions), { dimensions });
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const used = (): number => {
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  let before = 0;
  for (let first = 0; first < ROWS; first += 100) {
    const batch = new Float32Array(Math.min(100, ROWS - first) * dimensions).fill(1 - first / ROWS);
    for (let row = 0; row * dimensions < batch.length; row++)
      batch[row * dimensions] = first + row - ROWS + 1;
    search.add(batch, first);
    if (first === 1000) before = used();
  }
  expect(used() - before).toBeLessThan(4e6); // 250 rows
  const nearest = Array.from({ length: 6 }, (_, n) => ROWS - 1 - n);
  expect(search.nearest(0).map(({ index }) => index)).toEqual(nearest);
});

test.each<[string, () => unknown]>([
  ['queries must hold at least one (NearestNeighbours), got 0.', () => new NearestNeighbours([], { dimensions: 2 })],
  ['queries must be whole vectors of 2 values (NearestNeighbours), got 3 values.', () => new NearestNeighbours([1, 2, 3], { dimensions: 2 })],
  ['queries must be finite numbers (NearestNeighbours), got NaN at 1.', () => new NearestNeighbours([1, Number.NaN], { dimensions: 2 })],
  ['dimensions must be a whole number >= 1 (NearestNeighbours), got 0.', () => new NearestNeighbours([1], { dimensions: 0 })],
  ['k must be a whole number >= 1 (NearestNeighbours), got 1.5.', () => new NearestNeighbours([1], { dimensions: 1, k: 1.5 })],
  ['firstIndex must be a whole number >= 0 (NearestNeighbours), got -1.', () => new NearestNeighbours([1], { dimensions: 1 }).add([1], -1)],
  ['query must be in 0 .. 0 (NearestNeighbours), got 1.', () => new NearestNeighbours([1], { dimensions: 1 }).nearest(1)],
  ['other must have the same queries, dimensions and k (NearestNeighbours).', () => new NearestNeighbours([1], { dimensions: 1 }).merge(new NearestNeighbours([2], { dimensions: 1 }))],
  ['other must be a NearestNeighbours (NearestNeighbours), got', () => new NearestNeighbours([1], { dimensions: 1 }).merge({} as never)],
])('%s', (message, act) => {
  expect(act).toThrow(message);
}); // biome-ignore format: a table

test('refused rows are not added', () => {
  const search = new NearestNeighbours([0], { dimensions: 1 }).add([3], 0);
  expect(() => search.add([1, Number.POSITIVE_INFINITY], 1)).toThrow('rows must be finite numbers (NearestNeighbours), got Infinity at 1.'); // biome-ignore format: one line
  expect(search.nearest(0)).toEqual([{ index: 0, distance: 3 }]);
});
