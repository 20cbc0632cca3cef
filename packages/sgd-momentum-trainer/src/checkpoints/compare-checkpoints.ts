import type { VariableDifference } from './variable-differences.js';

export type { VariableDifference };

/**
 * Compares the weights and velocities of two checkpoints of one architecture, in the order of the first.
 *
 * @throws Error if one is not there or damaged; RangeError if one has a variable that the other has not, or in another shape.
 */
export async function compareCheckpoints(a: string, b: string): Promise<VariableDifference[]> {
  const { variableDifferences } = await import('./variable-differences.js');
  return variableDifferences(a, b);
}
