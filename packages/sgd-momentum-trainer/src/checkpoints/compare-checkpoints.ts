import type { VariableDifference } from './variable-differences.js';

export type { VariableDifference };

/**
 * Compares the weights and velocities of two checkpoints of one architecture, in the order of the first.
 *
 * @throws Error if a checkpoint is missing or damaged; RangeError if their variables differ in name or shape.
 */
export async function compareCheckpoints(a: string, b: string): Promise<VariableDifference[]> {
  const { variableDifferences } = await import('./variable-differences.js');
  return variableDifferences(a, b);
}
