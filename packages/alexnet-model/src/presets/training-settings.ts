/** When the learning rate drops. */
export type ScheduleSettings = PlateauSettings | StepSettings;

/** The learning rate drops by `factor`, `drops` times, when the validation error stops improving (sec. 5). */
export interface PlateauSettings {
  kind: 'plateau';
  factor: number;
  drops: number;
}

/** The learning rate drops before given epochs; the first epoch is 0. */
export interface StepSettings {
  kind: 'step';
  /** Multiplies the learning rate before each of `epochs`. */
  factor: number;
  epochs: readonly number[];
  /** Separate drops for the biases; `null` if their learning rate drops with the weights'. */
  biases: { factor: number; epochs: readonly number[] } | null;
  /**
   * Learning rates for conv1 alone, each from its epoch on; `null` if conv1 has the common one throughout.
   */
  conv1: readonly { epoch: number; learningRate: number }[] | null;
  /** The first epoch without color noise and its `inputScale`; `null` if there is noise until the end. */
  colorNoiseEnd: number | null;
}

/** The training of a preset. */
export interface TrainingSettings {
  batchSize: number;
  epochs: number;
  learningRate: number;
  momentum: number;
  weightDecay: number;
  /** The learning rate of the biases, as a multiple of the weights'. */
  biasLearningRateMultiplier: number;
  /** Whether weight decay applies to biases too. */
  biasWeightDecay: boolean;
  schedule: ScheduleSettings;
}

/** Red, green, blue. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** The steps between a prepared 256 x 256 image, of grey levels 0 .. 255, and the input of the net. */
export interface AugmentationSettings {
  cropSize: number;
  mirror: boolean;
  /** 'perChunk32': 32 neighbouring images share one draw. */
  crops: 'perImage' | 'perChunk32';
  /**
   * The mean that is subtracted: the mean image of the training set at the position of the crop, its central
   * window, or one value per channel; or the given grey levels.
   */
  mean: 'aligned' | 'center' | 'channel' | Rgb;
  /** The divisor of each channel after that, in training and evaluation. */
  std: Rgb;
  /**
   * PCA color noise (sec. 4.1), and the factor on inputs that have it; only in training. `null` is no noise.
   */
  pca: { sigma: number; scale: 'eigenvalue' | 'sqrt'; inputScale: number } | null;
}
