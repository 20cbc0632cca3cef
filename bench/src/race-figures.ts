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

/** Round by round, so that what the machine does between rounds cancels. */
export function ratio(
  name: string,
  ours: RaceResult[string] | undefined,
  theirs: RaceResult[string] | undefined,
  value: (ours: number, theirs: number) => number,
): Figure {
  if (!Array.isArray(ours)) return { name, unit: 'ratio', reason: ours ?? 'not run' };
  if (!Array.isArray(theirs)) return { name, unit: 'ratio', reason: theirs ?? 'not run' };
  return figure(
    name,
    'ratio',
    ours.map((s, i) => value(s, theirs[i] as number)),
  );
}
