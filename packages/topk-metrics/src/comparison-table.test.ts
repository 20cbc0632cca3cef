import { expect, test } from 'vitest';
import { comparisonTable, paperTables, TopKError } from './index.js';

test('table 1 shows our row and its interval below the rows of the paper', () => {
  const errors = new TopKError([1, 5]).add([[0.7, 0.2, 0.1], [0.1, 0.7, 0.2]], [0, 0]); // biome-ignore format: rows
  const top1 = { error: errors.error(1), images: errors.images };
  const ours = { model: 'a|b', errors: { 'top-1': top1, 'top-5': 0.173 } };
  expect(comparisonTable(paperTables.ilsvrc2010, [ours])).toBe(
    `Error on the test set of ILSVRC-2010 (Krizhevsky, Sutskever, Hinton 2012, table 1)

| model         | top-1                | top-5 |
| ------------- | -------------------- | ----- |
| Sparse coding | 47.1%                | 28.2% |
| SIFT + FVs    | 45.7%                | 25.7% |
| CNN           | 37.5%                | 17.0% |
| a\\|b          | 50.0% (9.5 to 90.5%) | 17.3% |
`,
  );
});

test('table 2 shows what was not measured', () => {
  const lines = comparisonTable(paperTables.ilsvrc2012).split('\n');
  expect(lines.slice(2)).toEqual([
    '| model      | top-1 (val) | top-5 (val) | top-5 (test) |',
    '| ---------- | ----------- | ----------- | ------------ |',
    '| SIFT + FVs | -           | -           | 26.2%        |',
    '| 1 CNN      | 40.7%       | 18.2%       | -            |',
    '| 5 CNNs     | 38.1%       | 16.4%       | 16.4%        |',
    '| 1 CNN*     | 39.0%       | 16.6%       | -            |',
    '| 7 CNNs*    | 36.7%       | 15.4%       | 15.3%        |',
    '',
  ]);
});

test('refuses columns that the table lacks, and errors in percent', () => {
  const row = (errors: Record<string, number>) => [{ model: 'ours', errors }];
  expect(() => comparisonTable(paperTables.ilsvrc2010, row({ top1: 0.4 }))).toThrow(
    "errors must be of top-1, top-5 (comparisonTable), got 'top1' for 'ours'.",
  );
  expect(() => comparisonTable(paperTables.ilsvrc2010, row({ 'top-1': 40.7 }))).toThrow(
    "errors must be in 0 .. 1 (comparisonTable), got 40.7 for 'ours'.",
  );
});
