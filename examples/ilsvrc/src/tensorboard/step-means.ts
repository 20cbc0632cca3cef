import type { TrainEvent } from '@alexnet/sgd-momentum-trainer';

type Step = TrainEvent & { type: 'step' };

/**
 * Divides the steps of an epoch into at most `most` groups of equal size and averages each group, so that the
 * number of points is bounded, however long an epoch is.
 */
export class StepMeans {
  readonly #most: number;
  #steps: Step[] = [];
  #group = 1;

  constructor(most: number) {
    this.#most = most;
  }

  /** Starts an epoch of this many steps. If the number is not known, every step is a group. */
  begin(steps: number | undefined): void {
    this.#steps = [];
    this.#group = Math.max(1, Math.ceil((steps ?? 0) / this.#most));
  }

  /** Adds a step. Returns the means if the step completes a group. */
  add(step: Step): Record<string, number> | undefined {
    this.#steps.push(step);
    return this.#steps.length === this.#group ? this.take() : undefined;
  }

  /** The means of the steps of an incomplete group, if there are any. */
  take(): Record<string, number> | undefined {
    const steps = this.#steps;
    const last = steps.at(-1);
    if (!last) return undefined;
    this.#steps = [];
    const sum = (value: (step: Step) => number): number =>
      steps.reduce((total, step) => total + value(step), 0);
    const images = sum((step) => step.images);
    return {
      loss: sum((step) => step.loss * step.images) / images,
      top1Error: sum((step) => step.top1Error * step.images) / images,
      top5Error: sum((step) => step.top5Error * step.images) / images,
      learningRate: last.learningRate,
      ...throughputOf({
        images,
        seconds: sum((step) => step.seconds + step.waitSeconds),
        waitSeconds: sum((step) => step.waitSeconds),
      }),
    };
  }
}

/**
 * Images a second and the share of the time, 0..1, spent waiting for batches; `seconds` includes the wait.
 */
export function throughputOf({
  images,
  seconds,
  waitSeconds,
}: {
  images: number;
  seconds: number;
  waitSeconds: number;
}): { imagesPerSecond: number; waitShare: number } {
  return { imagesPerSecond: images / seconds, waitShare: waitSeconds / seconds };
}
