/** A quantity that was measured: the median of `n` samples, and their range. */
export interface Measured {
  name: string;
  value: number;
  unit: string;
  n: number;
  min: number;
  max: number;
}

/** A quantity that could not be measured, and why. */
interface Missing {
  name: string;
  unit: string;
  reason: string;
}

/** A line of the bench. */
export type Figure = Measured | Missing;

/** The figure of some samples; an empty list is an error of the bench itself. */
export function figure(name: string, unit: string, samples: readonly number[]): Measured {
  if (samples.length === 0) throw new RangeError(`samples must hold at least one value (${name}), got none.`);
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  const value = sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
  return { name, value, unit, n: samples.length, min: sorted[0] as number, max: sorted.at(-1) as number };
}

/** Four significant digits, which is more than any of these figures is worth. */
export function shown(value: number): string {
  return Number(value.toPrecision(4)).toString();
}
