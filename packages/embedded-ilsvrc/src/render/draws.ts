import type { RandomStream } from '@alexnet/random';

/** A number uniform over [low, high). */
export function between(stream: RandomStream, low: number, high: number): number {
  return low + (high - low) * stream.uniform();
}

/** True with the given probability. */
export function chance(stream: RandomStream, probability: number): boolean {
  return stream.uniform() < probability;
}

/** One of the given things, each as likely as the next. */
export function pick<T>(stream: RandomStream, things: readonly [T, ...T[]]): T {
  return things[stream.integer(things.length)] ?? things[0];
}
