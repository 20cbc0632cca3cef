import {
  type AlexNetOverrides,
  type AugmentationSettings,
  layerSizes,
  type Net,
  type PresetName,
  presets,
  type ScheduleSettings,
  type TrainingSettings,
} from '@alexnet/alexnet-model';
import {
  describeValue,
  requireFinite,
  requireKnownOptions,
  requireOneOf,
  requireWhole,
} from '@alexnet/validate';

/** What a recipe is made from, where it is not the name of a preset. A preset itself is one. */
export interface RecipeSource {
  /** The network, or the preset that has it. */
  net: PresetName | Net;
  training: TrainingSettings & Partial<Pick<RecipeTraining, 'patience' | 'microBatchSize'>>;
  augmentation: AugmentationSettings;
}

/** A preset's training settings, completed. */
export interface RecipeTraining extends TrainingSettings {
  /** Epochs without a new best validation error before a plateau schedule drops the learning rate. */
  patience: number;
  microBatchSize?: number;
}

/** What may be changed of a preset; the network's options are the same as in `alexnet()`. */
export interface RecipeOptions extends Omit<AlexNetOverrides, 'classes'> {
  epochs?: number;
  batchSize?: number;
  /** Rows that pass through the network at a time, to save memory. Default the whole batch. */
  microBatchSize?: number;
  /** The learning rate of the first epoch. Default the preset's. */
  learningRate?: number;
  /**
   * When the learning rate drops: on a plateau of the validation error (sec. 5), or before the preset's
   * epochs, which not every preset has. Default the preset's own choice.
   */
  schedule?: ScheduleSettings['kind'];
  /** Default 5; the paper's authors judged by eye. */
  patience?: number;
}

/** Everything that a recipe is made of; plain data. */
export interface RecipeSettings {
  net: PresetName | Net;
  overrides: Omit<AlexNetOverrides, 'classes'>;
  training: RecipeTraining;
  augmentation: AugmentationSettings;
}

const caller = 'trainingRecipe';

/** All options; an object, so that the compiler misses none. */
const names = {
  epochs: true,
  batchSize: true,
  microBatchSize: true,
  learningRate: true,
  schedule: true,
  patience: true,
  imageSize: true,
  width: true,
  activation: true,
  lrn: true,
  overlap: true,
  dropout: true,
  towers: true,
  seed: true,
} satisfies Record<keyof RecipeOptions, true>;

/** Completes the options from a preset. @throws as `trainingRecipe` does. */
export function recipeSettings(source: PresetName | RecipeSource, options: RecipeOptions): RecipeSettings {
  requireKnownOptions(options, Object.keys(names), caller);
  const { net, training, augmentation } = sourceOf(source);
  const { epochs, batchSize, microBatchSize, learningRate, schedule, patience, ...overrides } = options;
  const counts = { epochs, batchSize, microBatchSize, patience };
  for (const [name, value] of Object.entries(counts)) {
    if (value !== undefined) requireWhole(name, value, 1, caller);
  }
  if (learningRate !== undefined) requireFinite('learningRate', learningRate, 0, caller);
  layerSizes(net, overrides); // refuses a network that cannot be built
  const microBatch = microBatchSize ?? training.microBatchSize;
  return {
    net,
    overrides,
    training: {
      ...training,
      epochs: epochs ?? training.epochs,
      batchSize: batchSize ?? training.batchSize,
      ...(microBatch !== undefined && { microBatchSize: microBatch }),
      learningRate: learningRate ?? training.learningRate,
      schedule: schedule === undefined ? training.schedule : scheduleOfKind(schedule, training),
      patience: patience ?? training.patience ?? 5,
    },
    augmentation: { ...augmentation, cropSize: overrides.imageSize ?? augmentation.cropSize },
  };
}

/** The layers of the first convolution, one a tower. */
export function conv1Layers({ net, overrides }: RecipeSettings): string[] {
  const { towers } = typeof net === 'string' ? presets[net].net : net;
  return (overrides.towers ?? towers) === 1 ? ['conv1'] : ['conv1a', 'conv1b'];
}

function sourceOf(source: PresetName | RecipeSource): RecipeSource {
  if (typeof source === 'object' && source !== null) {
    const { net, training, augmentation } = source;
    if (net && training && augmentation) return source;
    throw new TypeError(
      `preset must have net, training and augmentation (${caller}), got ${describeValue(source)}.`,
    );
  }
  if (typeof source === 'string' && Object.hasOwn(presets, source)) {
    const { training, augmentation } = presets[source];
    return { net: source, training, augmentation };
  }
  const list = Object.keys(presets).join(', ');
  throw new RangeError(`preset must be one of ${list} (${caller}), got ${describeValue(source)}.`);
}

function scheduleOfKind(
  kind: ScheduleSettings['kind'],
  { schedule }: Pick<TrainingSettings, 'schedule'>,
): ScheduleSettings {
  requireOneOf('schedule', kind, ['plateau', 'step'], caller);
  if (schedule.kind === kind) return schedule;
  if (kind === 'plateau') return { kind, factor: 0.1, drops: 3 }; // sec. 5
  throw new RangeError(`schedule must be 'plateau' (${caller}) for a preset that has no steps, got 'step'.`);
}
