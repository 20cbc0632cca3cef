import { requireFinite } from '@alexnet/validate';

/** Options of {@link stepSchedule}; the defaults are the original program's of 2012. */
export interface StepScheduleOptions {
  /** Rate of the first epoch. Default .01. */
  learningRate?: number;
  /** Factor of a drop. Default .1. */
  factor?: number;
  /** Epochs (0 is the first) that begin with a drop. Default [25, 51, 79]. */
  epochs?: readonly number[];
}

/**
 * Drops the rate before given epochs.
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
