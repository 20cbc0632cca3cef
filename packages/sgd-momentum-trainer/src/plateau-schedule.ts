import { requirePositive, type Schedule } from './schedule.js';

/** Options of {@link plateauSchedule}; the defaults are those of section 5. */
export interface PlateauScheduleOptions {
  /** Rate of the first epoch. Default .01. */
  learningRate?: number;
  /** Factor of a drop. Default .1. */
  factor?: number;
  /** How many drops there may be. Default 3. */
  drops?: number;
  /** Epochs without a new best validation error before a drop. Default 5 (the paper's was judged by eye). */
  patience?: number;
}

/**
 * Divides the rate by 10 when the validation error has stopped improving, three times in all.
 *
 * @throws RangeError if an option is out of range.
 * @see Krizhevsky et al. 2012, sec. 5
 * @example
 * const schedule = plateauSchedule({ patience: 2 });
 * schedule(4, [0.9, 0.8, 0.8, 0.81]); // .001
 */
export function plateauSchedule(options: PlateauScheduleOptions = {}): Schedule {
  const { learningRate = 0.01, factor = 0.1, drops = 3, patience = 5 } = options;
  requirePositive('learningRate', learningRate, 'plateauSchedule');
  requirePositive('factor', factor, 'plateauSchedule');
  for (const [name, value, least] of [
    ['drops', drops, 0],
    ['patience', patience, 1],
  ] as const) {
    if (!Number.isInteger(value) || value < least) {
      throw new RangeError(`${name} must be a whole number >= ${least} (plateauSchedule), got ${value}.`);
    }
  }
  return (epoch, validationErrors) => {
    let best = Number.POSITIVE_INFINITY;
    let stale = 0;
    let dropped = 0;
    for (const error of validationErrors.slice(0, epoch)) {
      stale = error < best ? 0 : stale + 1;
      best = Math.min(best, error);
      if (stale === patience && dropped < drops) {
        dropped++;
        stale = 0;
      }
    }
    return learningRate * factor ** dropped;
  };
}
