import {
  type LayerSchedules,
  plateauSchedule,
  type RateSchedule,
  type Schedule,
  stepSchedule,
} from '@alexnet/sgd-momentum-trainer';
import type * as tfl from '@tensorflow/tfjs-layers';
import { conv1Layers } from '../report/conv1-layers.js';
import type { RunSettings } from '../run/run-settings.js';

/** The learning rate of each epoch, as the settings say. */
export function scheduleOf({ training }: RunSettings): Schedule {
  const { schedule, learningRate, patience } = training;
  const { factor } = schedule;
  return schedule.kind === 'plateau'
    ? plateauSchedule({ learningRate, factor, drops: schedule.drops, patience })
    : stepSchedule({ learningRate, factor, epochs: schedule.epochs });
}

/** The biases' own drops, where the settings have them. */
export function biasScheduleOf({ training }: RunSettings): RateSchedule | undefined {
  const { schedule, learningRate } = training;
  const biases = schedule.kind === 'step' ? schedule.biases : null;
  return biases ? stepSchedule({ learningRate, ...biases }) : undefined;
}

/** conv1's own end of the schedule, where the settings have one. */
export function layerSchedulesOf({ training }: RunSettings, model: tfl.LayersModel): LayerSchedules {
  const { schedule } = training;
  const steps = schedule.kind === 'step' ? (schedule.conv1 ?? []) : [];
  const conv1 = (epoch: number): number | undefined =>
    steps.filter((step) => step.epoch <= epoch).at(-1)?.learningRate;
  return Object.fromEntries(conv1Layers(model).map(({ name }) => [name, conv1]));
}
