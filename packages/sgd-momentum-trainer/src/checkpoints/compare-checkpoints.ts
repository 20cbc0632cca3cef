/** How far a variable of one checkpoint is from that of another. */
export interface VariableDifference {
  name: string;
  /** The weight itself, or what the optimizer keeps for it. */
  kind: 'weight' | 'velocity';
  shape: readonly number[];
  /** Largest |a - b| over the largest |a| or |b| of the variable: 0 where all bits agree. */
  relative: number;
  /** Largest |a - b| / max(|a|, |b|), element by element. */
  elementwise: number;
  /** How many elements are not the same. */
  different: number;
}

/**
 * Compares the weights and velocities of two checkpoints of one architecture, in the order of the first.
 *
 * @throws Error if a checkpoint is missing or damaged; RangeError if their variables differ in name or shape.
 */
export async function compareCheckpoints(a: string, b: string): Promise<VariableDifference[]> {
  const { variableDifferences } = await import('./variable-differences.js');
  return variableDifferences(a, b);
}
