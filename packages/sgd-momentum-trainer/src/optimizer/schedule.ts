/**
 * The learning rate of an epoch, from its number (0, 1, ...) and the validation errors of the epochs before it; or
 * 'stop': the run ends without this epoch. A pure function: a resumed run has the rate that the killed one would have had.
 */
export type Schedule = (epoch: number, validationErrors: readonly number[]) => number | 'stop';

/** A {@link Schedule} that never ends the run. */
export type RateSchedule = (epoch: number, validationErrors: readonly number[]) => number;

/** @throws RangeError unless `value` is a finite number > 0. */
export function requirePositive(name: string, value: number, of: string): void {
  if (!Number.isFinite(value) || value <= 0) {
    throw new RangeError(`${name} must be a finite number > 0 (${of}), got ${value}.`);
  }
}

/** The rate that the schedule of this name gave. @throws RangeError unless it is a finite number >= 0. */
export function requireRate(schedule: string, rate: number): number {
  if (Number.isFinite(rate) && rate >= 0) return rate;
  throw new RangeError(`${schedule} must give a finite number >= 0 (train), got ${rate}.`);
}
