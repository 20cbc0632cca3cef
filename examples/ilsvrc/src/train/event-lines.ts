import type { TrainEvent } from '@alexnet/sgd-momentum-trainer';

/** A line of `train --json`: what happened, where, and the loss of the last step. */
export type EventLine = {
  event: 'step' | 'epoch' | 'checkpoint' | 'end';
  step: number;
  epoch: number;
  loss: number | null;
} & Record<string, unknown>;

/**
 * Gives the events of a run as lines of JSON; those that begin an epoch have none.
 *
 * `step` counts from 0 in a step, and is the number of steps taken in what comes after it. The loss of an epoch is the mean of
 * its steps. The end carries the checksum of the last checkpoint's weights.
 */
export class EventLines {
  private loss: number | null = null;
  private last: Pick<TrainEvent & { type: 'checkpoint' }, 'path' | 'weightsSha256'> | undefined;

  /** The line of an event, if it has one. */
  of(event: TrainEvent): EventLine | undefined {
    if (event.type === 'epochBegin') return undefined;
    const { type, step, epoch, ...rest } = event;
    if (type === 'step') this.loss = (rest as { loss: number }).loss;
    if (event.type === 'checkpoint') this.last = { path: event.path, weightsSha256: event.weightsSha256 };
    if (event.type === 'epochEnd') return { event: 'epoch', step, epoch, loss: event.trainLoss, ...rest };
    return {
      event: type as EventLine['event'],
      step,
      epoch,
      loss: this.loss,
      ...rest,
      ...(type === 'end' && this.last),
    };
  }
}
