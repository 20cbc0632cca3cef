import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Triple } from './rgb-pca.js';
import { symmetricEigen } from './symmetric-eigen.js';

type Matrix = readonly [Triple, Triple, Triple];
const axes = [0, 1, 2] as const;

interface Case {
  readonly matrix: Matrix;
  readonly eigenvalues: Triple;
  readonly eigenvectors: Matrix;
}

const cases = JSON.parse(
  readFileSync(new URL('../fixtures/eigh.json', import.meta.url), 'utf8'),
) as readonly Case[];

const norm = (matrix: Matrix): number => Math.hypot(...matrix.flat());

/** Checks reconstruction, orthonormality, order and signs, which together define the decomposition. */
function expectDecomposition(matrix: Matrix): void {
  const { eigenvalues, eigenvectors: p } = symmetricEigen(matrix);
  const scale = norm(matrix) || 1;
  for (const r of axes)
    for (const c of axes) {
      const rebuilt = axes.reduce<number>((sum, i) => sum + p[r][i] * eigenvalues[i] * p[c][i], 0);
      expect(Math.abs(rebuilt - matrix[r][c]) / scale).toBeLessThan(1e-14);
      const dot = axes.reduce<number>((sum, i) => sum + p[i][r] * p[i][c], 0);
      expect(Math.abs(dot - (r === c ? 1 : 0))).toBeLessThan(1e-14);
    }
  expect(eigenvalues[0]).toBeGreaterThanOrEqual(eigenvalues[1]);
  expect(eigenvalues[1]).toBeGreaterThanOrEqual(eigenvalues[2]);
  for (const i of axes) {
    const column = axes.map((c) => p[c][i]);
    expect(Math.max(...column)).toBe(Math.max(...column.map(Math.abs)));
  }
}

test.each(cases.map((c, i) => [i, c] as const))('agrees with numpy.linalg.eigh, case %i', (_, reference) => {
  const found = symmetricEigen(reference.matrix);
  const scale = norm(reference.matrix);
  for (const i of axes) {
    expect(Math.abs(found.eigenvalues[i] - reference.eigenvalues[i]) / scale).toBeLessThan(1e-14);
    const gap = Math.min(
      ...axes
        .filter((j) => j !== i)
        .map((j) => Math.abs(reference.eigenvalues[i] - reference.eigenvalues[j])),
    );
    if (gap / scale < 1e-9) continue; // for equal eigenvalues, any basis of their plane is right
    const dot = axes.reduce<number>(
      (sum, c) => sum + found.eigenvectors[c][i] * reference.eigenvectors[c][i],
      0,
    );
    expect(Math.abs(Math.abs(dot) - 1)).toBeLessThan(1e-12);
  }
});

test('decomposes any symmetric matrix', () => {
  const entry = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((x) => (Math.abs(x) < 1e-100 ? 0 : x)); // squares of smaller numbers are subnormal
  fc.assert(
    fc.property(fc.tuple(entry, entry, entry, entry, entry, entry), ([a, b, c, d, e, f]) => {
      expectDecomposition([
        [a, b, c],
        [b, d, e],
        [c, e, f],
      ]);
    }),
    { numRuns: 500 },
  );
});

test('decomposes diagonal, zero and rank-one matrices', () => {
  expectDecomposition([
    [1, 0, 0],
    [0, 3, 0],
    [0, 0, 2],
  ]);
  expectDecomposition([
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ]);
  expectDecomposition([
    [1, 1, 1],
    [1, 1, 1],
    [1, 1, 1],
  ]);
});

test('refuses anything but a symmetric matrix of finite numbers', () => {
  const rows: Matrix = [
    [1, 2, 3],
    [2, 1, 0],
    [3, 0.5, 1],
  ];
  expect(() => symmetricEigen(rows)).toThrow('matrix must be a symmetric 3x3 of finite numbers');
  expect(() => symmetricEigen([[Number.NaN, 0, 0], rows[1], rows[2]])).toThrow(RangeError);
});
