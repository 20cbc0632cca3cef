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

/** How the weights of a layer begin. `'fanIn'`: uniform in +-1/sqrt(fan in), the default of PyTorch's layers. */
export interface Initialization {
  /** Standard deviation of the normal distribution that the weights are drawn from (mean 0). */
  std: number | 'fanIn';
  /** The constant that the biases begin with. */
  bias: number | 'fanIn';
}

/** A convolution and what follows it. */
export interface ConvBlock extends Initialization {
  /** Kernels of the layer, over all towers. */
  filters: number;
  kernelSize: number;
  strides: number;
  /** Zeros added on every side; 'overhang' adds right and bottom just those that the last window needs. */
  padding: number | 'overhang';
  /** Whether every tower reads all towers' outputs (sec. 3.2: only layer 3 does). */
  readsAllTowers: boolean;
  /** Convolution in groups inside a tower (Caffe's writing of two towers). */
  groups: number;
  steps: readonly BlockStep[];
}

/** A hidden dense layer, followed by the activation. */
export interface DenseBlock extends Initialization {
  /** Units over all towers. */
  units: number;
}

/** The network of a preset, at width 1. */
export interface Net {
  /** Side of the input in pixels. */
  imageSize: number;
  towers: 1 | 2;
  activation: 'relu' | 'tanh';
  convs: readonly ConvBlock[];
  dense: readonly DenseBlock[];
  output: Initialization;
  /** Of the step 'lrn'; `null`: no such step. */
  lrn: Required<LrnOptions> | null;
  /** Of the step 'sameMap'; `null`: no such step. */
  sameMap: Required<SameMapNormalizationOptions> | null;
  pool: Required<OverlappingMaxPoolOptions>;
  /** `null`: none. 'outputs': behind each hidden dense layer (sec. 4.2); 'inputs': before it. */
  dropout: { rate: number; mode: DropoutMode; placement: 'outputs' | 'inputs' } | null;
}
