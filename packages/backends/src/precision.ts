/**
 * How convolutions and matrix products multiply: 'tf32' rounds factors to 10 bits after the point, 'bfloat16' rounds
 * factors and results to 7. Sums are float32 in each.
 */
export type Precision = 'float32' | 'tf32' | 'bfloat16';

/** Every {@link Precision}. */
export const precisions: readonly Precision[] = ['float32', 'tf32', 'bfloat16'];
