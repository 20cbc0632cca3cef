import { resolve } from 'node:path';
import {
  type Ablations,
  type AugmentationSettings,
  type Net,
  type PresetName,
  presets,
} from '@alexnet/alexnet-model';
import type { Precision } from '@alexnet/backends';
import {
  type RecipeOptions,
  type RecipeTraining,
  type TrainingRecipe,
  trainingRecipe,
} from '@alexnet/recipe';
import { UsageError } from '../cli/errors.js';
import { type SwitchOptions, switchEntries, switchesOf, switchFlag } from './switches.js';

/** Everything that the result of a run depends on, except the bytes of the data and the machine. */
export interface RunSettings {
  /** The absolute path of the data, or 'embedded'. */
  data: string;
  preset: PresetName;
  width: number;
  switches: Ablations;
  seed: number;
  training: RecipeTraining;
  augmentation: AugmentationSettings;
  /** The fraction of the training images that the run is validated on, where the data has none for that. */
  valFraction?: number;
  /** How convolutions and matrix products multiply, if that was chosen. */
  precision?: Precision;
  /** Images per class of the embedded data set. */
  embedded: { trainPerClass: number; valPerClass: number };
}

/** The settings that the command line can set; the rest comes from the preset. */
export interface RunOptions extends SwitchOptions {
  data?: string;
  valFraction?: number;
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
  precision?: Precision;
}

/**
 * The embedded data set is small and easy: a quarter of the width, and as many epochs as fit into ten
 * minutes.
 */
const embedded = { width: 0.25, epochs: 20, trainPerClass: 400, valPerClass: 50 };
/** `alexnet prepare` writes squares of this side, sec. 2. */
const preparedSide = 256;

/**
 * Completes the options from the preset.
 *
 * @throws UsageError for an unknown preset, or a net that cannot be.
 */
export function runSettings(options: RunOptions): RunSettings {
  const name = presetName(options.preset ?? 'original2012');
  const isEmbedded = options.data === undefined;
  const width = options.width ?? (isEmbedded ? embedded.width : 1);
  const switches = switchesOf(options);
  const seed = options.seed ?? 0;
  const { training, augmentation } = recipeFor(name, {
    ...{ width, seed, ...switches },
    schedule: options.schedule ?? 'plateau',
    ...given(options, ['epochs', 'batchSize', 'learningRate', 'patience']),
    ...(isEmbedded && options.epochs === undefined && { epochs: embedded.epochs }),
    ...(options.microBatch !== undefined && { microBatchSize: options.microBatch }),
  });
  return {
    data: options.data === undefined ? 'embedded' : resolve(options.data),
    preset: name,
    width,
    switches,
    seed,
    training,
    augmentation,
    ...given(options, ['valFraction', 'precision']),
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

/** The recipe of a new run. @throws UsageError before any work is done, if the net cannot be built, fed or trained so. */
function recipeFor(preset: PresetName, options: RecipeOptions): TrainingRecipe {
  const { imageSize = 0 } = options;
  if (imageSize > preparedSide) {
    throw new UsageError(`--image-size must be at most ${preparedSide}, the side of prepared images, got ${imageSize}.`); // biome-ignore format: one line
  }
  try {
    return trainingRecipe(preset, options);
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

/** The given options among these names. */
function given<Name extends keyof RunOptions>(
  options: RunOptions,
  names: readonly Name[],
): { [name in Name]?: NonNullable<RunOptions[name]> } {
  const set = names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]);
  return Object.fromEntries(set);
}

/** The location of a run's data: a path, or undefined for the embedded data set of this size. */
export function dataOf({ data, embedded, valFraction }: RunSettings): {
  path: string | undefined;
  embedded: RunSettings['embedded'];
  valFraction: number | undefined;
} {
  return { path: data === 'embedded' ? undefined : data, embedded, valFraction };
}

/** @throws UsageError naming the first option that a resumed run cannot change. */
export function requireSameSettings(saved: RunSettings, options: RunOptions): void {
  const { training } = saved;
  const asked = switchesOf(options);
  const kept: [string, unknown, unknown][] = [
    ['--data', options.data && resolve(options.data), saved.data],
    ['--val-fraction', options.valFraction, saved.valFraction ?? 'no fraction'],
    ['--preset', options.preset, saved.preset],
    ['--width', options.width, saved.width],
    ...changedValues(saved, asked),
    ['--seed', options.seed, saved.seed],
    ['--batch-size', options.batchSize, training.batchSize],
    ['--micro-batch', options.microBatch, training.microBatchSize ?? training.batchSize],
    ['--learning-rate', options.learningRate, training.learningRate],
    ['--schedule', options.schedule, training.schedule.kind],
    ['--patience', options.patience, training.patience],
    ['--precision', options.precision, saved.precision ?? 'no precision'],
    ['--train-per-class', options.trainPerClass, saved.embedded.trainPerClass],
    ['--val-per-class', options.valPerClass, saved.embedded.valPerClass],
  ];
  for (const [flag, given, was] of kept) {
    if (given !== undefined && given !== was) {
      throw new UsageError(`the run was started with ${flag} ${was}; --resume cannot change it to ${given}.`);
    }
  }
  for (const [name] of switchEntries) {
    if (asked[name] === false && saved.switches[name] !== false) {
      throw new UsageError(`the run was started without ${switchFlag(name)}; --resume cannot add it.`);
    }
  }
}

/** The ablations that set a value: each with its option, the value that is asked for and the run's own. */
function changedValues({ preset, switches }: RunSettings, asked: Ablations): [string, unknown, unknown][] {
  const { net } = presets[preset];
  return switchEntries.flatMap(([name, { kind }]) =>
    kind === 'off' ? [] : [[switchFlag(name), asked[name], switches[name] ?? net[name as keyof Net]]],
  );
}
