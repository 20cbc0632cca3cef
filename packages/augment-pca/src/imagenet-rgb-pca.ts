import type { RgbPca } from './rgb-pca.js';

/**
 * Principal components of ILSVRC's training pixels, 0..255, as the original program stored them.
 *
 * The deviations sqrt(lambda) = 121.78, 37.09, 19.72 and their vectors are from `make-data/input_meta` of
 * cuda-convnet2, where they are rounded to four decimals. The signs are the original's and do not follow the
 * rule of `fitRgbPca`. The noise is symmetric, so its distribution does not depend on them. The often copied
 * `.2175, .0188, .0045` are these variances on [0, 1] (BVLC/caffe#1865).
 */
export const imagenetRgbPca: RgbPca = {
  eigenvalues: [121.78 ** 2, 37.09 ** 2, 19.72 ** 2],
  eigenvectors: [
    [-0.5635, -0.7126, 0.418],
    [-0.5762, -0.0235, -0.817],
    [-0.592, 0.7012, 0.3973],
  ],
};
