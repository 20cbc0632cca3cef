/** Where weights start, and how they decay. */
interface Weights {
  /** The name of the layer, as in the original file. */
  name: string;
  /** Standard deviation of the initial weights (`initW`); their mean is 0, and biases start at 0. */
  std: number;
  /** L2 decay of the weights (`wc`); biases have none. */
  weightDecay: number;
}

/** A layer of a net of cuda-convnet 1. What is activated is followed by the net's activation (`neuron`). */
export type CifarLayer =
  | ({ type: 'conv'; filters: number; kernelSize: number; isActivated: boolean; groups?: number } & Weights)
  | ({ type: 'local'; filters: number; kernelSize: number; isActivated: boolean } & Weights)
  | ({ type: 'dense'; units: number; isActivated: boolean; dropout?: number } & Weights)
  | { type: 'pool'; pool: 'max' | 'average'; poolSize: number; strides: number; isActivated: boolean }
  /** Across maps (`cmrnorm`) or inside each map (`rnorm`); `alpha` is the file's `scale`, divided by the window. */
  | { type: 'lrn' | 'sameMap'; size: number; alpha: number; beta: number };

/** A net of cuda-convnet 1 for CIFAR-10, and how it is trained. */
export interface CifarNet {
  /** Side of the square that the net reads. */
  imageSize: 24 | 32;
  /** The squares of 24 pixels that training reads: random ones and their mirror images, unless it is 'center'. */
  crops?: 'random' | 'center';
  activation: 'relu' | 'tanh';
  /** From the image to the layer before the softmax, which has a unit for each class. */
  layers: readonly CifarLayer[];
  training: {
    batchSize: number;
    momentum: number;
    /** Learning rate of the weights (`epsW`). */
    learningRate: number;
    /** Learning rate of the biases (`epsB`), which is never dropped. */
    biasLearningRate: number;
    /** The learning rate of the weights is divided by 10 before each of these epochs. */
    drops: readonly number[];
    epochs: number;
  };
}

/** A net with its origin. */
export interface CifarPreset {
  /** Its layers in words, to stand after its name. */
  description: string;
  /** Files of https://github.com/dnouri/cuda-convnet (`example-layers/`) that have every number. */
  source: string;
  /** What its author reports: test error, and the time of training on a GTX 580. */
  author: { testError: number; time: string };
  net: CifarNet;
}
