import { resolve } from 'node:path';
import {
  type AugmentationSettings,
  layerSizes,
  type PresetName,
  presets,
  type TrainingSettings,
} from '@alexnet/alexnet-model';
import { UsageError } from '../cli/errors.js';
import { type Switches, type SwitchOptions, switchesOf } from './switches.js';

/** Everything that the result of a run depends on, except the bytes of the data and the machine. */
export interface RunSettings {
  /** The absolute path of the data, or 'embedded'. */
  data: string;
  preset: PresetName;
  width: number;
  switches: Switches;
  seed: number;
  training: TrainingSettings & { patience: number; microBatchSize?: number };
  augmentation: AugmentationSettings;
  /** Images per class of the embedded data set. */
  embedded: { trainPerClass: number; valPerClass: number };
}

/** The settings that the command line can set; the rest comes from the preset. */
export interface RunOptions extends SwitchOptions {
  data?: string;
  preset?: string;
  width?: number;
  epochs?: number;
  batchSize?: number;
  microBatch?: number;
  seed?: number;
  schedule?: 'plateau' | 'step';
  patience?: number;
  learningRate?: number;
  trainPerClass?: number;
  valPerClass?: number;
}

/**
 * The embedded data set is small and easy: a quarter of the width, and as many epochs as fit into ten
 * minutes.
 */
const embedded = { width: 0.25, epochs: 20, trainPerClass: 400, valPerClass: 50 };
/** `alexnet prepare` writes squares of this side, sec. 2. */
const preparedSide = 256;
/** Epochs without a new best before the rate drops; the paper's authors judged it by eye (sec. 5). */
const defaultPatience = 5;

/**
 * Completes the options from the preset.
 *
 * @throws UsageError for an unknown preset, or a net that cannot be.
 */
export function runSettings(options: RunOptions): RunSettings {
  const name = presetName(options.preset ?? 'original2012');
  const { training, augmentation } = presets[name];
  const isEmbedded = options.data === undefined;
  const width = options.width ?? (isEmbedded ? embedded.width : 1);
  const switches = switchesOf(options);
  requireNet(name, { width, ...switches });
  return {
    data: options.data === undefined ? 'embedded' : resolve(options.data),
    preset: name,
    width,
    switches,
    seed: options.seed ?? 0,
    training: {
      ...training,
      epochs: options.epochs ?? (isEmbedded ? embedded.epochs : training.epochs),
      batchSize: options.batchSize ?? training.batchSize,
      ...(options.microBatch !== undefined && { microBatchSize: options.microBatch }),
      learningRate: options.learningRate ?? training.learningRate,
      schedule: scheduleSettings(name, options.schedule ?? 'plateau', training),
      patience: options.patience ?? defaultPatience,
    },
    augmentation: { ...augmentation, cropSize: switches.imageSize ?? augmentation.cropSize },
    embedded: {
      trainPerClass: options.trainPerClass ?? embedded.trainPerClass,
      valPerClass: options.valPerClass ?? embedded.valPerClass,
    },
  };
}

/** @throws UsageError that lists the presets, if the name is unknown. */
export function presetName(name: string): PresetName {
  if (Object.hasOwn(presets, name)) return name as PresetName;
  throw new UsageError(`unknown preset '${name}'; choose one of ${Object.keys(presets).join(', ')}.`);
}

/** @throws UsageError before any work is done, if the net cannot be built or fed. */
function requireNet(preset: PresetName, overrides: Switches & { width: number }): void {
  const { imageSize = 0 } = overrides;
  if (imageSize > preparedSide) {
    throw new UsageError(`--image-size must be at most ${preparedSide}, the side of prepared pictures, got ${imageSize}.`); // biome-ignore format: one line
  }
  try {
    layerSizes(preset, overrides);
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

/** The location of a run's data: a path, or undefined for the embedded data set of this size. */
export function dataOf({ data, embedded }: RunSettings): {
  path: string | undefined;
  embedded: RunSettings['embedded'];
} {
  return { path: data === 'embedded' ? undefined : data, embedded };
}

function scheduleSettings(
  preset: PresetName,
  kind: 'plateau' | 'step',
  { schedule }: TrainingSettings,
): TrainingSettings['schedule'] {
  if (schedule.kind === kind) return schedule;
  if (kind === 'plateau') return { kind, factor: 0.1, drops: 3 }; // sec. 5
  throw new UsageError(
    `preset '${preset}' drops its rate on a plateau and has no steps; leave out --schedule step.`,
  );
}

/** @throws UsageError naming the first option that a resumed run cannot change. */
export function requireSameSettings(saved: RunSettings, options: RunOptions): void {
  const { training, switches } = saved;
  const asked = switchesOf(options);
  const kept: [string, unknown, unknown][] = [
    ['--data', options.data && resolve(options.data), saved.data],
    ['--preset', options.preset, saved.preset],
    ['--width', options.width, saved.width],
    ['--image-size', asked.imageSize, saved.augmentation.cropSize],
    ['--activation', asked.activation, switches.activation ?? presets[saved.preset].net.activation],
    ['--towers', asked.towers, switches.towers ?? presets[saved.preset].net.towers],
    ['--seed', options.seed, saved.seed],
    ['--batch-size', options.batchSize, training.batchSize],
    ['--micro-batch', options.microBatch, training.microBatchSize ?? training.batchSize],
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
  for (const name of ['lrn', 'overlap', 'dropout'] as const) {
    if (asked[name] === false && switches[name] !== false) {
      throw new UsageError(`the run was begun without --no-${name}; --resume cannot add it.`);
    }
  }
}
