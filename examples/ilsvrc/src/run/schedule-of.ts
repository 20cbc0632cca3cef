import { plateauSchedule, type Schedule, stepSchedule } from '@alexnet/sgd-momentum-trainer';
import type { RunSettings } from './run-settings.js';

/** The learning rate of each epoch, as the settings say. */
export function scheduleOf({ training }: RunSettings): Schedule {
  const { schedule, learningRate, patience } = training;
  const { factor } = schedule;
  return schedule.kind === 'plateau'
    ? plateauSchedule({ learningRate, factor, drops: schedule.drops, patience })
    : stepSchedule({ learningRate, factor, epochs: schedule.epochs });
}
