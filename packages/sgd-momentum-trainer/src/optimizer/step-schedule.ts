import { requireFinite } from '@alexnet/validate';

/** Options of {@link stepSchedule}; the defaults are those of the original program of 2012. */
export interface StepScheduleOptions {
  /** The learning rate of the first epoch. Default .01. */
  learningRate?: number;
  /** Each drop multiplies the learning rate by it. Default .1. */
  factor?: number;
  /** The epochs (0 is the first) that begin with a drop. Default [25, 51, 79]. */
  epochs?: readonly number[];
}

/**
 * Drops the learning rate before given epochs.
 *
 * @throws RangeError if an option is out of range.
 * @see `layers/layer-params-145.cfg` of the original program
 * @example
 * stepSchedule()(51); // .0001
 */
export function stepSchedule(options: StepScheduleOptions = {}): (epoch: number) => number {
  const { learningRate = 0.01, factor = 0.1, epochs = [25, 51, 79] } = options;
  requireFinite('learningRate', learningRate, 0, 'stepSchedule');
  requireFinite('factor', factor, 0, 'stepSchedule');
  return (epoch) => learningRate * factor ** epochs.filter((drop) => drop <= epoch).length;
}
