import type { PresetName } from '@alexnet/alexnet-model';

/** A preset of AlexNet at a size for one computer, what is changed of it, and how long it is trained. */
export interface TinyNet {
  preset: PresetName;
  /** Of the preset's kernels and units. */
  width: number;
  /** Side of the crops, of squares of 256 pixels. */
  imageSize: number;
  training: {
    batchSize: number;
    learningRate: number;
    epochs: number;
    /** The learning rate of the weights is divided by 10 before each of these epochs. */
    drops: readonly number[];
  };
  /** `false` leaves out the color noise of sec. 4.1. */
  colorNoise?: false;
  /** Standard deviation of the initial weights of conv3, conv4 and conv5, at width 1. */
  middleStd?: number;
  /** 'inverted' divides what dropout keeps by 1 - rate in training, instead of multiplying all in the test. */
  dropoutMode?: 'inverted';
  /** Leaves out the fourth convolution; without the third the net would have the same layers. */
  withoutConv4?: true;
}
