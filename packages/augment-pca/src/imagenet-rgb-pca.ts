import type { RgbPca } from './rgb-pca.js';

/**
 * Principal components of ILSVRC's training pixels, 0..255, as the original program stored them.
 *
 * Deviations sqrt(lambda) = 121.78, 37.09, 19.72 and their vectors, `make-data/input_meta` of cuda-convnet2, rounded
 * there to four places. The signs are the original's, not those of `fitRgbPca`'s rule; the noise is symmetric, so they
 * change no distribution. The often copied `.2175, .0188, .0045` are these variances on [0, 1] (BVLC/caffe#1865).
 */
export const imagenetRgbPca: RgbPca = {
  eigenvalues: [121.78 ** 2, 37.09 ** 2, 19.72 ** 2],
  eigenvectors: [
    [-0.5635, -0.7126, 0.418],
    [-0.5762, -0.0235, -0.817],
    [-0.592, 0.7012, 0.3973],
  ],
};
