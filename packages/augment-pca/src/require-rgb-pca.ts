import { describeValue } from '@alexnet/validate';
import type { RgbPca } from './rgb-pca.js';

/** How far below zero the rounding of a singular covariance leaves an eigenvalue, as a share of the largest. */
const ROUNDING = 1e-9;

/**
 * @throws TypeError unless `pca` holds three eigenvalues and three rows of three; RangeError if one of the numbers is
 *   not finite, or an eigenvalue, a variance, is negative by more than rounding.
 */
export function requireRgbPca(pca: RgbPca, of: string): void {
  const { eigenvalues, eigenvectors } = pca ?? {};
  const isTriple = (list: unknown): boolean => Array.isArray(list) && list.length === 3;
  if (!isTriple(eigenvalues) || !isTriple(eigenvectors) || !eigenvectors.every(isTriple)) {
    throw new TypeError(
      `pca must be {eigenvalues: 3 numbers, eigenvectors: 3 rows of 3} (${of}), got ${describeValue(pca)}.`,
    );
  }
  if (!eigenvectors.flat().every(Number.isFinite)) {
    throw new RangeError(
      `pca.eigenvectors must be finite numbers (${of}), got ${describeValue(eigenvectors)}.`,
    );
  }
  const least = -ROUNDING * Math.max(...eigenvalues);
  if (!eigenvalues.every((lambda) => Number.isFinite(lambda) && lambda >= Math.min(least, 0))) {
    throw new RangeError(
      `pca.eigenvalues must be finite numbers >= 0 (${of}), got ${describeValue(eigenvalues)}.`,
    );
  }
}
