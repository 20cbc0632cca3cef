/** Three numbers, one for red, green and blue, or one for each principal component. */
export type Triple = readonly [number, number, number];

/** Principal components of RGB pixel values, in the units of the pixels they were fitted on (squared, for eigenvalues). */
export interface RgbPca {
  /** Variances along the components, largest first: the lambda of sec. 4.1. */
  readonly eigenvalues: Triple;
  /** Unit vectors p1, p2, p3 of sec. 4.1 as columns: `eigenvectors[channel][component]`. */
  readonly eigenvectors: readonly [Triple, Triple, Triple];
}
