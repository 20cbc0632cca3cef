import type {
  DropoutMode,
  LrnOptions,
  OverlappingMaxPoolOptions,
  SameMapNormalizationOptions,
} from '@alexnet/layers';

/** What may follow a convolution. */
export const blockSteps = ['activation', 'lrn', 'sameMap', 'pool'] as const;

/** One of the steps that may follow a convolution, in the order in which they are applied. */
export type BlockStep = (typeof blockSteps)[number];

/**
 * The initial weights of a layer. `'fanIn'` is uniform in +-1/sqrt(fan in), the default of PyTorch's layers.
 */
export interface Initialization {
  /** Standard deviation of the normal distribution that the weights are drawn from (mean 0). */
  std: number | 'fanIn';
  /** The constant that all biases start from. */
  bias: number | 'fanIn';
}

/** A convolution and the steps that follow it. */
export interface ConvBlock extends Initialization {
  /** Kernels of the layer, over all towers. */
  filters: number;
  kernelSize: number;
  strides: number;
  /**
   * Zeros added on every side. 'overhang' adds only those on the right and bottom that the last window needs.
   */
  padding: number | 'overhang';
  /** Whether every tower reads the outputs of all towers; only layer 3 does (sec. 3.2). */
  readsAllTowers: boolean;
  /** Groups of channels inside a tower; Caffe writes two towers this way. */
  groups: number;
  steps: readonly BlockStep[];
}

/** A hidden dense layer, followed by the activation. */
export interface DenseBlock extends Initialization {
  /** Units over all towers. */
  units: number;
}

/** The description of a network, such as a preset's at width 1. */
export interface Net {
  /** Side of the input in pixels. */
  imageSize: number;
  towers: 1 | 2;
  activation: 'relu' | 'tanh';
  convs: readonly ConvBlock[];
  dense: readonly DenseBlock[];
  output: Initialization;
  /** Constants of the step 'lrn'; `null` if no block has it. */
  lrn: Required<LrnOptions> | null;
  /** Constants of the step 'sameMap'; `null` if no block has it. */
  sameMap: Required<SameMapNormalizationOptions> | null;
  pool: Required<OverlappingMaxPoolOptions>;
  /**
   * Placement 'outputs' is after each hidden dense layer (sec. 4.2), 'inputs' before it; `null` is no
   * dropout.
   */
  dropout: { rate: number; mode: DropoutMode; placement: 'outputs' | 'inputs' } | null;
}
