import { type Figure, figure } from './figure.js';
import type { RaceResult } from './race.js';

/** A figure of each round's seconds, or why there are none. */
export function derived(
  name: string,
  unit: string,
  seconds: RaceResult[string] | undefined,
  value: (seconds: number) => number,
): Figure {
  return Array.isArray(seconds)
    ? figure(name, unit, seconds.map(value))
    : { name, unit, reason: seconds ?? 'not run' };
}

/** Computed round by round, so that changes in load between rounds cancel out. */
export function compared(
  name: string,
  unit: string,
  ours: RaceResult[string] | undefined,
  theirs: RaceResult[string] | undefined,
  value: (ours: number, theirs: number) => number,
): Figure {
  if (!Array.isArray(ours)) return { name, unit, reason: ours ?? 'not run' };
  if (!Array.isArray(theirs)) return { name, unit, reason: theirs ?? 'not run' };
  return figure(
    name,
    unit,
    ours.map((s, i) => value(s, theirs[i] as number)),
  );
}

/** {@link compared} as a ratio. */
export function ratio(
  name: string,
  ours: RaceResult[string] | undefined,
  theirs: RaceResult[string] | undefined,
  value: (ours: number, theirs: number) => number,
): Figure {
  return compared(name, 'ratio', ours, theirs, value);
}
