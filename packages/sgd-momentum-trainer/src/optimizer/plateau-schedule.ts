import { requireFinite, requireWhole } from '@alexnet/validate';

/** Options of {@link plateauSchedule}; the defaults are those of section 5. */
export interface PlateauScheduleOptions {
  /** Rate of the first epoch. Default .01. */
  learningRate?: number;
  /** Factor of a drop. Default .1. */
  factor?: number;
  /** How many drops there may be. Default 3. */
  drops?: number;
  /** Epochs without a new best validation error before a drop, or the end. Default 5 (the paper's was judged by eye). */
  patience?: number;
  /** Whether the run ends when the error stops improving at the last rate too. Default true. */
  stop?: boolean;
}

/**
 * Divides the rate by 10 when the validation error has stopped improving, three times in all; then the
 * run ends ('reduced three times prior to termination').
 *
 * @throws RangeError if an option is out of range; from the schedule, if an epoch before has no validation error.
 * @see Krizhevsky et al. 2012, sec. 5
 * @example
 * const schedule = plateauSchedule({ patience: 2 });
 * schedule(4, [0.9, 0.8, 0.8, 0.81]); // .001
 * schedule(10, [0.9, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8, 0.8]); // 'stop'
 */
export function plateauSchedule(
  options: PlateauScheduleOptions = {},
): (epoch: number, validationErrors: readonly number[]) => number | 'stop' {
  const { learningRate = 0.01, factor = 0.1, drops = 3, patience = 5, stop = true } = options;
  requireFinite('learningRate', learningRate, 0, 'plateauSchedule');
  requireFinite('factor', factor, 0, 'plateauSchedule');
  requireWhole('drops', drops, 0, 'plateauSchedule');
  requireWhole('patience', patience, 1, 'plateauSchedule');
  return (epoch, validationErrors) => {
    if (validationErrors.length < epoch) {
      throw new RangeError(
        `validationErrors must hold one of every epoch before ${epoch} (plateauSchedule), got ${validationErrors.length}: give train a validate.`,
      );
    }
    let best = Number.POSITIVE_INFINITY;
    let stale = 0;
    let dropped = 0;
    for (const error of validationErrors.slice(0, epoch)) {
      stale = error < best ? 0 : stale + 1;
      best = Math.min(best, error);
      if (stale < patience) continue;
      if (dropped === drops) {
        if (stop) return 'stop';
        continue;
      }
      dropped++;
      stale = 0;
    }
    return learningRate * factor ** dropped;
  };
}
