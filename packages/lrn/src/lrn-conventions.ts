/** Constants of `localResponseNormalization`; the defaults are from section 3.3. */
export interface LrnOptions {
  /** n/2: how many neighboring channels on each side are summed. Default 2 (n = 5). */
  depthRadius?: number;
  /** k: added to the weighted sum. Default 2. */
  bias?: number;
  /** alpha, not divided by n, as in the paper and in tfjs. Default 1e-4. */
  alpha?: number;
  /** beta: the exponent. Default .75. */
  beta?: number;
}

/**
 * The constants of three implementations, in this package's terms: alpha multiplies the plain sum.
 *
 * - `paper`: section 3.3 as printed.
 * - `original2012`: the original program, which divides alpha by n (`layer.py`), so 1e-4 / 5.
 * - `caffe`: Caffe's `bvlc_alexnet`, with k = 1 and alpha / n. Use it with Caffe's weights.
 */
export const lrnConventions: Readonly<
  Record<'paper' | 'original2012' | 'caffe', Readonly<Required<LrnOptions>>>
> = {
  paper: { depthRadius: 2, bias: 2, alpha: 1e-4, beta: 0.75 },
  original2012: { depthRadius: 2, bias: 2, alpha: 2e-5, beta: 0.75 },
  caffe: { depthRadius: 2, bias: 1, alpha: 2e-5, beta: 0.75 },
};
