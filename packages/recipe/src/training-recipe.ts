import {
  type AugmentationSettings,
  alexnet,
  type Preprocessing,
  type PresetName,
} from '@alexnet/alexnet-model';
import { setClasses, setPreprocessing } from '@alexnet/alexnet-model/classes';
import type { AugmentOptions, BatchDataset, ImageClass, PreparedData } from '@alexnet/imagenet-reader';
import { type Schedule, SgdMomentum, type TrainOptions } from '@alexnet/sgd-momentum-trainer';
import type * as tfl from '@tensorflow/tfjs-layers';
import { evaluationAugment, trainingAugment } from './augment-of.js';
import {
  conv1Layers,
  type RecipeOptions,
  type RecipeSettings,
  type RecipeSource,
  type RecipeTraining,
  recipeSettings,
} from './recipe-settings.js';
import { scheduleOf } from './schedule-of.js';
import { type Predictor, validate } from './validate.js';

/** Options of the methods that read data. */
interface ReadOptions {
  /** Ends the reading with the signal's reason. */
  signal?: AbortSignal;
}

/** A class of the data, with words if they are known. */
export type RecipeClass = Pick<ImageClass, 'wnid'> & Partial<Pick<ImageClass, 'words'>>;

/** What a model stores of its data. */
export interface RecipeData extends Pick<PreparedData, 'size' | 'channelMeans'> {
  readonly classes: readonly RecipeClass[];
}

/** How a preset is trained and evaluated; see {@link trainingRecipe}. */
export class TrainingRecipe {
  /** The preset's settings, with the options applied. */
  readonly training: RecipeTraining;
  readonly augmentation: AugmentationSettings;
  /**
   * The learning rates of each epoch: of weights, of biases and, at the end of some presets, of the first
   * convolution.
   */
  readonly schedule: Schedule;
  readonly #settings: RecipeSettings;

  constructor(settings: RecipeSettings) {
    this.#settings = settings;
    this.training = settings.training;
    this.augmentation = settings.augmentation;
    this.schedule = scheduleOf(settings.training, conv1Layers(settings));
  }

  /**
   * The model with its initial weights and an optimizer with the preset's constants; both belong to the
   * caller.
   *
   * @param data The data, whose classes and preprocessing are then stored in the model; or only its classes, or
   *   their number.
   * @throws RangeError if the images of the data are smaller than the input.
   */
  build(data: number | readonly RecipeClass[] | RecipeData): {
    model: tfl.LayersModel;
    optimizer: SgdMomentum;
  } {
    const { net, overrides, training } = this.#settings;
    const { learningRate, momentum, weightDecay, biasLearningRateMultiplier, biasWeightDecay } = training;
    const whole = typeof data === 'object' && 'classes' in data ? data : undefined;
    const classes = whole ? whole.classes : (data as number | readonly RecipeClass[]);
    if (whole) requireCovered(whole, this.augmentation);
    const count = typeof classes === 'number' ? classes : classes.length;
    const model = alexnet(net, { ...overrides, classes: count });
    if (typeof classes !== 'number') storeClasses(model, classes);
    if (whole) setPreprocessing(model, preprocessingOf(whole, this.augmentation));
    const optimizer = new SgdMomentum({
      learningRate: { default: learningRate, biases: learningRate * biasLearningRateMultiplier },
      momentum,
      weightDecay: { default: weightDecay, biases: biasWeightDecay ? weightDecay : 0 },
    });
    return { model, optimizer };
  }

  /** How the training images of an epoch become inputs. */
  augment(epoch: number): AugmentOptions {
    return trainingAugment(this.#settings, epoch);
  }

  /** How images become inputs in evaluation: the central view, or ten views (sec. 4.1). */
  views(count: 1 | 10): AugmentOptions {
    return evaluationAugment(this.augmentation, count);
  }

  /** The training batches of each epoch, for `train`. The same seed gives the same batches. */
  batches(
    data: PreparedData,
    { signal }: ReadOptions = {},
  ): (epoch: number, startBatch: number) => BatchDataset {
    const { training, overrides } = this.#settings;
    const { batchSize } = training;
    const { seed = 0 } = overrides;
    return (epoch, startBatch) =>
      data.batches({
        split: 'train',
        batchSize,
        epoch,
        startBatch,
        seed,
        augment: this.augment(epoch),
        ...(signal && { signal }),
      });
  }

  /**
   * The options of `train` that the recipe knows: epochs, schedule, validation after each epoch and, if set,
   * the micro-batch. Data without validation images is trained on without validation.
   *
   * @param model What is validated: the model, or a stepper that has the newest weights.
   * @throws RangeError if the schedule waits for plateaus of the validation error and the data has no
   *   validation images.
   */
  trainOptions(
    model: Predictor,
    data: PreparedData,
    { signal }: ReadOptions = {},
  ): Required<Pick<TrainOptions, 'epochs' | 'schedule'>> & Pick<TrainOptions, 'validate' | 'microBatchSize'> {
    const { epochs, microBatchSize, schedule } = this.training;
    const isValidated = data.splits.val.images > 0;
    if (!isValidated && schedule.kind === 'plateau') {
      throw new RangeError(
        `data must have validation images for the schedule 'plateau' (trainOptions), but ${data.path} has none.`,
      );
    }
    const augment = this.views(1);
    return {
      epochs,
      schedule: this.schedule,
      ...(isValidated && {
        validate: () => validate(model, data, { augment, ...(signal && { signal }) }),
      }),
      ...(microBatchSize !== undefined && { microBatchSize }),
    };
  }
}

function requireCovered({ size }: RecipeData, { cropSize }: AugmentationSettings): void {
  if (size >= cropSize) return;
  throw new RangeError(`data must have images of at least ${cropSize} px a side (build), got ${size}.`);
}

/** A mean image is stored as its channel means. */
function preprocessingOf(
  { size, channelMeans }: RecipeData,
  { mean, std }: AugmentationSettings,
): Preprocessing {
  return { mean: typeof mean === 'string' ? channelMeans : mean, std, size };
}

function storeClasses(model: tfl.LayersModel, classes: readonly RecipeClass[]): void {
  const names = classes.flatMap(({ words }) => words ?? []);
  const ids = classes.map(({ wnid }) => wnid);
  setClasses(model, ids, names.length === ids.length ? names : undefined);
}

/**
 * Turns a preset into everything that it is trained and evaluated with.
 *
 * @param source The name of a preset, or a network with its training and augmentation settings.
 * @throws RangeError if the preset is unknown, an option is out of range or the network cannot be built;
 *   TypeError for an unknown option.
 * @see Krizhevsky et al. 2012, sec. 4 and 5
 * @example
 * const recipe = trainingRecipe('original2012', { width: 0.25, epochs: 20, schedule: 'plateau' });
 * const { model, optimizer } = recipe.build(data);
 * const options = { optimizer, ...recipe.trainOptions(model, data) };
 * for await (const event of train(model, recipe.batches(data), options)) console.log(event);
 */
export function trainingRecipe(
  source: PresetName | RecipeSource,
  options: RecipeOptions = {},
): TrainingRecipe {
  return new TrainingRecipe(recipeSettings(source, options));
}
