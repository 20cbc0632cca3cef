/**
 * The learning rate of an epoch, from its number (0, 1, ...) and the validation errors of the epochs before it.
 * A pure function: a resumed run has the rate that the killed one would have had.
 */
export type Schedule = (epoch: number, validationErrors: readonly number[]) => number;

/** @throws RangeError unless `value` is a finite number > 0. */
export function requirePositive(name: string, value: number, of: string): void {
  if (!Number.isFinite(value) || value <= 0) {
    throw new RangeError(`${name} must be a finite number > 0 (${of}), got ${value}.`);
  }
}
