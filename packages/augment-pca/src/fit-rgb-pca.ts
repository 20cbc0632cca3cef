import { RgbCovariance } from './rgb-covariance.js';
import type { RgbPca } from './rgb-pca.js';
import { symmetricEigen } from './symmetric-eigen.js';

/**
 * Principal components of the RGB values of a training set, which are the eigenvectors of their 3x3
 * covariance.
 *
 * `covariance = P diag(lambda) P^T`, lambda descending, columns of P of length 1 with the entry of largest
 * magnitude positive. Pixels are bytes 0..255, so lambda is in squared gray levels. Krizhevsky et al. 2012,
 * sec. 4.1.
 *
 * @param images Images as R, G, B, ... bytes, or a covariance that was gathered before.
 * @throws RangeError if there is no pixel or an image's length is not a multiple of 3.
 * @example
 * const { eigenvalues } = fitRgbPca([firstPixels, secondPixels]);
 */
export function fitRgbPca(images: Iterable<Uint8Array | Uint8ClampedArray> | RgbCovariance): RgbPca {
  if (images instanceof RgbCovariance) return symmetricEigen(images.covariance);
  const gathered = new RgbCovariance();
  for (const pixels of images) gathered.add(pixels);
  return symmetricEigen(gathered.covariance);
}
