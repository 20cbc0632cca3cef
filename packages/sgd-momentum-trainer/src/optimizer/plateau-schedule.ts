import { requireFinite, requireWhole } from '@alexnet/validate';

/** Options of {@link plateauSchedule}; the defaults are section 5's. */
export interface PlateauScheduleOptions {
  /** The learning rate of the first epoch. Default .01. */
  learningRate?: number;
  /** Each drop multiplies the learning rate by it. Default .1. */
  factor?: number;
  /** The most drops. Default 3. */
  drops?: number;
  /**
   * Epochs without a new best validation error before a drop or the end. Default 5 (the paper's authors
   * judged by eye).
   */
  patience?: number;
  /** Whether the run ends when the error stops improving at the last learning rate, too. Default true. */
  stop?: boolean;
}

/**
 * Divides the learning rate by 10 when the validation error has stopped improving, three times in all, and
 * then ends the run ('reduced three times prior to termination').
 *
 * @throws RangeError if an option is out of range. The schedule itself throws one if an earlier epoch has no
 *   validation error.
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
        `validationErrors must have an error for each of the ${epoch} epochs so far (plateauSchedule), got ${validationErrors.length}; pass a validate function to train.`,
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
