import type { RgbPca, Triple } from './rgb-pca.js';

type Matrix = [number[], number[], number[]];

/**
 * Eigenvalues, largest first, and eigenvectors of a symmetric 3x3 matrix, by cyclic Jacobi rotations in
 * float64.
 *
 * Each rotation by `tan(2 phi) = 2 a_pq / (a_qq - a_pp)` zeroes one off-diagonal entry (Golub & Van Loan,
 * sec. 8.5); convergence is quadratic, and six sweeps reach the last bit. In every vector, the entry of
 * largest magnitude (the first of equals) is made positive.
 *
 * @throws RangeError if an entry is not finite or the matrix is not symmetric.
 */
export function symmetricEigen(matrix: readonly [Triple, Triple, Triple]): RgbPca {
  check(matrix);
  const a = matrix.map((row) => [...row]) as Matrix;
  const v: Matrix = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  for (let sweep = 0; sweep < 50 && offDiagonal(a) > 0; sweep++) {
    rotate(a, v, 0, 1);
    rotate(a, v, 0, 2);
    rotate(a, v, 1, 2);
  }
  const order = [0, 1, 2].sort((i, j) => at(a, j, j) - at(a, i, i));
  const columns = order.map((i) => withSign([at(v, 0, i), at(v, 1, i), at(v, 2, i)]));
  const row = (channel: 0 | 1 | 2): Triple => columns.map((column) => column[channel]) as unknown as Triple;
  return {
    eigenvalues: order.map((i) => at(a, i, i)) as unknown as Triple,
    eigenvectors: [row(0), row(1), row(2)],
  };
}

function check(matrix: readonly [Triple, Triple, Triple]): void {
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      const value = matrix[i]?.[j];
      if (value === undefined || !Number.isFinite(value) || value !== matrix[j]?.[i]) {
        throw new RangeError(
          `matrix must be a symmetric 3x3 of finite numbers (symmetricEigen), got ${JSON.stringify(matrix)}.`,
        );
      }
    }
  }
}

function at(matrix: Matrix, i: number, j: number): number {
  return matrix[i]?.[j] ?? Number.NaN;
}

function set(matrix: Matrix, i: number, j: number, value: number): void {
  const row = matrix[i];
  if (row) row[j] = value;
}

function offDiagonal(a: Matrix): number {
  return Math.abs(at(a, 0, 1)) + Math.abs(at(a, 0, 2)) + Math.abs(at(a, 1, 2));
}

/** Zeroes a[p][q] by `a <- J^T a J`, and gathers `v <- v J`. */
function rotate(a: Matrix, v: Matrix, p: number, q: number): void {
  const apq = at(a, p, q);
  const [app, aqq] = [at(a, p, p), at(a, q, q)];
  if (app + apq === app && aqq + apq === aqq) {
    set(a, p, q, 0); // it is below the last bit of both diagonal entries
    set(a, q, p, 0);
    return;
  }
  const theta = (aqq - app) / (2 * apq);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const cos = 1 / Math.hypot(t, 1);
  const sin = t * cos;
  for (let k = 0; k < 3; k++) turn(a, k, p, k, q, cos, sin);
  for (let k = 0; k < 3; k++) turn(a, p, k, q, k, cos, sin);
  for (let k = 0; k < 3; k++) turn(v, k, p, k, q, cos, sin);
  set(a, p, q, 0);
  set(a, q, p, 0);
}

function turn(m: Matrix, i: number, j: number, k: number, l: number, cos: number, sin: number): void {
  const [x, y] = [at(m, i, j), at(m, k, l)];
  set(m, i, j, cos * x - sin * y);
  set(m, k, l, sin * x + cos * y);
}

function withSign(vector: Triple): Triple {
  const largest = vector.reduce((best, x) => (Math.abs(x) > Math.abs(best) ? x : best));
  const sign = largest < 0 ? -1 : 1;
  return [sign * vector[0], sign * vector[1], sign * vector[2]];
}
