import type { TrainEvent } from '@alexnet/sgd-momentum-trainer';

type Step = TrainEvent & { type: 'step' };

/**
 * Gathers the steps of an epoch into at most `most` groups of equally many and means over each, so that what is kept of
 * a run is bounded, not its length.
 */
export class StepMeans {
  private steps: Step[] = [];
  private group = 1;

  constructor(private readonly most: number) {}

  /** An epoch of so many steps begins; where that is not known, every step is a group. */
  begin(steps: number | undefined): void {
    this.steps = [];
    this.group = Math.max(1, Math.ceil((steps ?? 0) / this.most));
  }

  /** Adds a step; gives the means where it fills its group. */
  add(step: Step): Record<string, number> | undefined {
    this.steps.push(step);
    return this.steps.length === this.group ? this.take() : undefined;
  }

  /** The means of the steps of a group that is not full, if there are any. */
  take(): Record<string, number> | undefined {
    const { steps } = this;
    const last = steps.at(-1);
    if (!last) return undefined;
    this.steps = [];
    const sum = (of: (step: Step) => number): number => steps.reduce((total, step) => total + of(step), 0);
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

/** Images a second and the share of the time, 0..1, spent waiting for batches; `seconds` includes the wait. */
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
