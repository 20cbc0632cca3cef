/** Sums over the steps of an epoch. */
export interface EpochTotals {
  steps: number;
  images: number;
  /** The sum of the batches' mean losses. */
  loss: number;
  /** How many images were right at k = 1 and k = 5; a tie counts in part. */
  correct: number;
  correctTop5: number;
  seconds: number;
  waitSeconds: number;
}

/**
 * Where a run is between two steps; with weights, velocities and random states, all that it needs to resume.
 */
export interface TrainState {
  epoch: number;
  /** How many batches of the epoch are done; 0 if absent. */
  batch?: number;
  /** Steps since the beginning of the run. */
  step: number;
  /** The validation error of every finished epoch, which a schedule depends on. */
  validationErrors: readonly number[];
  /** Sums over the epoch's steps so far; absent at its beginning. */
  totals?: EpochTotals;
}

export function noTotals(): EpochTotals {
  return { steps: 0, images: 0, loss: 0, correct: 0, correctTop5: 0, seconds: 0, waitSeconds: 0 };
}

/** Counts a step of `seconds`, before which `waitSeconds` were spent waiting for the batch. */
export function addStep(
  state: Required<TrainState>,
  { images, loss, correct, correctTop5, seconds, waitSeconds }: Omit<EpochTotals, 'steps'>,
): void {
  const { totals } = state;
  state.step++;
  state.batch++;
  totals.steps++;
  totals.images += images;
  totals.loss += loss;
  totals.correct += correct;
  totals.correctTop5 += correctTop5;
  totals.seconds += seconds + waitSeconds;
  totals.waitSeconds += waitSeconds;
}
