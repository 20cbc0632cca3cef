/** Sums over the steps of an epoch. */
export interface EpochTotals {
  steps: number;
  images: number;
  /** Of the batches' mean losses. */
  loss: number;
  /** Images right at k = 1 and k = 5; a tie counts in part. */
  correct: number;
  correctTop5: number;
  seconds: number;
  waitSeconds: number;
}

/** Where a run stands between two steps: with the weights, the velocities and the random states, all it needs to go on. */
export interface TrainState {
  epoch: number;
  /** Batches of the epoch that are behind it; 0 if absent. */
  batch?: number;
  /** Steps since the beginning of the run. */
  step: number;
  /** Of every finished epoch: what the schedule is a function of. */
  validationErrors: readonly number[];
  /** Sums over the epoch's steps so far; absent at its beginning. */
  totals?: EpochTotals;
}

export function noTotals(): EpochTotals {
  return { steps: 0, images: 0, loss: 0, correct: 0, correctTop5: 0, seconds: 0, waitSeconds: 0 };
}
