/** The loss of a step is no number, or far beyond that of guessing. */
export class DivergedError extends Error {
  override name = 'DivergedError';
}

/** What {@link requireSoundLoss} says of the step. */
export interface LossPlace {
  step: number;
  learningRate: number;
  /** Largest loss that is let pass. */
  lossLimit: number;
}

/** @throws DivergedError unless the loss is a number up to the limit. */
export function requireSoundLoss(loss: number, { step, learningRate, lossLimit }: LossPlace): void {
  if (Number.isFinite(loss) && loss <= lossLimit) return;
  const beyond = Number.isFinite(loss) ? `, beyond the limit of ${Number(lossLimit.toPrecision(3))}` : '';
  throw new DivergedError(
    `the loss became ${loss} in step ${step} (train) at learning rate ${learningRate}${beyond}`,
  );
}
