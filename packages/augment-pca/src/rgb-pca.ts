/** Three numbers, one for red, green and blue, or one for each principal component. */
export type Triple = readonly [number, number, number];

/**
 * Principal components of RGB values. Eigenvalues are in squared units of the pixels that they were fitted
 * on.
 */
export interface RgbPca {
  /** Variances along the components, largest first; lambda in sec. 4.1. */
  readonly eigenvalues: Triple;
  /** Unit vectors p1, p2, p3 of sec. 4.1 as columns: `eigenvectors[channel][component]`. */
  readonly eigenvectors: readonly [Triple, Triple, Triple];
}
