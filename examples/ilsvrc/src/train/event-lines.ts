import type { TrainEvent } from '@alexnet/sgd-momentum-trainer';

/** A line of `train --json`: an event, its step and epoch, and the loss of the last step. */
export type EventLine = {
  event: 'step' | 'epoch' | 'checkpoint' | 'end';
  step: number;
  epoch: number;
  loss: number | null;
} & Record<string, unknown>;

/**
 * Turns the events of a run into lines of JSON. The beginning of an epoch has no line.
 *
 * `step` counts from 0 in the line of a step; in other lines it is the number of steps taken. The loss of an
 * epoch is the mean of its steps. The last line has the checksum of the last checkpoint's weights.
 */
export class EventLines {
  #loss: number | null = null;
  #last: Pick<TrainEvent & { type: 'checkpoint' }, 'path' | 'weightsSha256'> | undefined;

  /** The line of an event, if it has one. */
  next(event: TrainEvent): EventLine | undefined {
    if (event.type === 'epochBegin') return undefined;
    const { type, step, epoch, ...rest } = event;
    if (type === 'step') this.#loss = (rest as { loss: number }).loss;
    if (event.type === 'checkpoint') this.#last = { path: event.path, weightsSha256: event.weightsSha256 };
    if (event.type === 'epochEnd') return { event: 'epoch', step, epoch, loss: event.trainLoss, ...rest };
    return {
      event: type as EventLine['event'],
      step,
      epoch,
      loss: this.#loss,
      ...rest,
      ...(type === 'end' && this.#last),
    };
  }
}
