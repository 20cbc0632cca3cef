/** When the learning rate drops. */
export type ScheduleSettings =
  /** Divided by 10 whenever the validation error stops improving, `drops` times (sec. 5). */
  | { kind: 'plateau'; factor: number; drops: number }
  /** Multiplied by `factor` before each of these epochs. */
  | { kind: 'step'; factor: number; epochs: readonly number[] };

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

/** What happens to a prepared 256 x 256 picture before it enters the net. */
export interface AugmentationSettings {
  cropSize: number;
  mirror: boolean;
  /** 'perChunk32': 32 neighbouring images share one draw. */
  crops: 'perImage' | 'perChunk32';
  /** Which mean is subtracted: the mean image where the crop was cut, its central window, or one value a channel. */
  mean: 'aligned' | 'center' | 'channel';
  /** PCA colour noise (sec. 4.1); `null`: none. */
  pca: { sigma: number; scale: 'eigenvalue' | 'sqrt' } | null;
  /** Factor on the finished training input. */
  inputScale: number;
}
