import { resolve } from 'node:path';
import {
  type AugmentationSettings,
  type PresetName,
  presets,
  type TrainingSettings,
} from '@alexnet/alexnet-model';
import { UsageError } from '../cli/usage-error.js';

/** Everything that a run's result depends on, but for the data's own bytes and the machine. */
export interface RunSettings {
  /** The absolute path of the data, or 'embedded'. */
  data: string;
  preset: PresetName;
  width: number;
  seed: number;
  training: TrainingSettings & { patience: number };
  augmentation: AugmentationSettings;
  /** Pictures of each class, where the data is the embedded set. */
  embedded: { trainPerClass: number; valPerClass: number };
}

/** What the command line may say of a run; the rest comes from the preset. */
export interface RunOptions {
  data?: string;
  preset?: string;
  width?: number;
  epochs?: number;
  batchSize?: number;
  seed?: number;
  schedule?: 'plateau' | 'step';
  patience?: number;
  learningRate?: number;
  trainPerClass?: number;
  valPerClass?: number;
}

/** The embedded data set is small and easy: a quarter of the width, and as many epochs as ten minutes hold. */
const embedded = { width: 0.25, epochs: 20, patience: 2, trainPerClass: 400, valPerClass: 50 };
/** Epochs without a new best before the rate drops; the paper's authors judged it by eye (sec. 5). */
const defaultPatience = 5;

/** Completes the options from the preset. @throws UsageError for an unknown preset. */
export function runSettings(options: RunOptions): RunSettings {
  const name = options.preset ?? 'original2012';
  if (!Object.hasOwn(presets, name)) {
    throw new UsageError(`unknown preset '${name}'; choose one of ${Object.keys(presets).join(', ')}.`);
  }
  const preset = presets[name as PresetName];
  const isEmbedded = options.data === undefined;
  const { training } = preset;
  const schedule =
    (options.schedule ?? 'plateau') === 'plateau'
      ? { kind: 'plateau' as const, factor: 0.1, drops: 3 }
      : stepsOf(name, training);
  return {
    data: options.data === undefined ? 'embedded' : resolve(options.data),
    preset: name as PresetName,
    width: options.width ?? (isEmbedded ? embedded.width : 1),
    seed: options.seed ?? 0,
    training: {
      ...training,
      epochs: options.epochs ?? (isEmbedded ? embedded.epochs : training.epochs),
      batchSize: options.batchSize ?? training.batchSize,
      learningRate: options.learningRate ?? training.learningRate,
      schedule,
      patience: options.patience ?? (isEmbedded ? embedded.patience : defaultPatience),
    },
    augmentation: preset.augmentation,
    embedded: {
      trainPerClass: options.trainPerClass ?? embedded.trainPerClass,
      valPerClass: options.valPerClass ?? embedded.valPerClass,
    },
  };
}

/** Where the data of a run is: a path, or absent for the embedded set of this size. */
export function dataOf({ data, embedded }: RunSettings): {
  path: string | undefined;
  embedded: RunSettings['embedded'];
} {
  return { path: data === 'embedded' ? undefined : data, embedded };
}

function stepsOf(name: string, training: TrainingSettings): TrainingSettings['schedule'] {
  if (training.schedule.kind === 'step') return training.schedule;
  throw new UsageError(
    `preset '${name}' drops its rate on a plateau and has no steps; leave out --schedule step.`,
  );
}

/** @throws UsageError naming the first option that a resumed run cannot change. */
export function requireSameSettings(saved: RunSettings, options: RunOptions): void {
  const { training } = saved;
  const kept: [string, unknown, unknown][] = [
    ['--data', options.data && resolve(options.data), saved.data],
    ['--preset', options.preset, saved.preset],
    ['--width', options.width, saved.width],
    ['--seed', options.seed, saved.seed],
    ['--batch-size', options.batchSize, training.batchSize],
    ['--learning-rate', options.learningRate, training.learningRate],
    ['--schedule', options.schedule, training.schedule.kind],
    ['--patience', options.patience, training.patience],
    ['--train-per-class', options.trainPerClass, saved.embedded.trainPerClass],
    ['--val-per-class', options.valPerClass, saved.embedded.valPerClass],
  ];
  for (const [flag, given, was] of kept) {
    if (given !== undefined && given !== was) {
      throw new UsageError(`the run was begun with ${flag} ${was}; --resume cannot change it to ${given}.`);
    }
  }
}
