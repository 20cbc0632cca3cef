import { describeValue } from '@alexnet/validate';
import type { RgbPca } from './rgb-pca.js';

/** How far rounding may push an eigenvalue of a singular covariance below zero, as a share of the largest. */
const ROUNDING = 1e-9;

/**
 * @throws TypeError unless `pca` has three eigenvalues and three rows of three; RangeError if a number is not
 *   finite or an eigenvalue is negative by more than rounding.
 */
export function requireRgbPca(pca: RgbPca, caller: string): void {
  const { eigenvalues, eigenvectors } = pca ?? {};
  const isTriple = (list: unknown): boolean => Array.isArray(list) && list.length === 3;
  if (!isTriple(eigenvalues) || !isTriple(eigenvectors) || !eigenvectors.every(isTriple)) {
    throw new TypeError(
      `pca must be {eigenvalues: 3 numbers, eigenvectors: 3 rows of 3} (${caller}), got ${describeValue(pca)}.`,
    );
  }
  if (!eigenvectors.flat().every(Number.isFinite)) {
    throw new RangeError(
      `pca.eigenvectors must be finite numbers (${caller}), got ${describeValue(eigenvectors)}.`,
    );
  }
  const least = -ROUNDING * Math.max(...eigenvalues);
  if (!eigenvalues.every((lambda) => Number.isFinite(lambda) && lambda >= Math.min(least, 0))) {
    throw new RangeError(
      `pca.eigenvalues must be finite numbers >= 0 (${caller}), got ${describeValue(eigenvalues)}.`,
    );
  }
}
