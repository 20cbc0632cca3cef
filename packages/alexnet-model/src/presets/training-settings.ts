/** When the learning rate drops. */
export type ScheduleSettings = PlateauSettings | StepSettings;

/** Divided by 10 whenever the validation error stops improving, `drops` times (sec. 5). */
export interface PlateauSettings {
  kind: 'plateau';
  factor: number;
  drops: number;
}

/** What is done before given epochs; 0 is the first. */
export interface StepSettings {
  kind: 'step';
  /** The rate is multiplied by it before each of `epochs`. */
  factor: number;
  epochs: readonly number[];
  /** The biases' own drops, as many times `factor` each; `null`: their rate drops with the weights'. */
  biases: { factor: number; epochs: readonly number[] } | null;
  /** Rates of conv1 alone, each from its epoch on; `null`: conv1 has the others' rate to the end. */
  conv1: readonly { epoch: number; learningRate: number }[] | null;
  /** The first epoch without colour noise (and without its `inputScale`); `null`: noise to the end. */
  colorNoiseEnd: number | null;
}

/** How a preset is trained. */
export interface TrainingSettings {
  batchSize: number;
  epochs: number;
  learningRate: number;
  momentum: number;
  weightDecay: number;
  /** The biases' rate, as a multiple of the weights'. */
  biasLearningRateMultiplier: number;
  /** Whether biases decay too. */
  biasWeightDecay: boolean;
  schedule: ScheduleSettings;
}

/** Red, green, blue. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** What happens to a prepared 256 x 256 picture, of grey levels 0 .. 255, before it enters the net. */
export interface AugmentationSettings {
  cropSize: number;
  mirror: boolean;
  /** 'perChunk32': 32 neighbouring images share one draw. */
  crops: 'perImage' | 'perChunk32';
  /**
   * Which mean of the training set is subtracted: the mean image where the crop was cut, its central window, or one
   * value a channel; or given grey levels.
   */
  mean: 'aligned' | 'center' | 'channel' | Rgb;
  /** What each channel is divided by then, in training and evaluation. */
  std: Rgb;
  /** PCA colour noise (sec. 4.1) and the factor on inputs that have it; `null`: none. Only in training. */
  pca: { sigma: number; scale: 'eigenvalue' | 'sqrt'; inputScale: number } | null;
}
