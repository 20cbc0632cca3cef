import type { PerVariable } from './per-variable.js';

/** Options of `SgdMomentum`; the defaults are the constants of section 5. */
export interface SgdMomentumOptions {
  /**
   * Epsilon in the paper. Default .01 for every variable ('equal for all layers'); the original program: .02
   * for biases.
   */
  learningRate?: PerVariable;
  /** Default .9. */
  momentum?: number;
  /** Default .0005 for every variable; the original program: 0 for biases. */
  weightDecay?: PerVariable;
}
