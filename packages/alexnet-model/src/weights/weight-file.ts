import type { Net } from '../net.js';
import type { ClassOrder } from './class-order.js';
import type { Preprocessing } from './preprocessing.js';
import type { WeightLayer } from './weight-tensor.js';

/** The contents of a weight file, in the file's own layout. */
export interface WeightFile {
  /** Convolutions and then dense layers, each in the order of the net. */
  layers: readonly WeightLayer[];
  /**
   * OIHW: kernels are [out, in, kh, kw], dense weights [out, in], and fc6 reads channels first. HWIO: the
   * layout of tfjs, in which fc6 reads channels last.
   */
  layout: 'OIHW' | 'HWIO';
  /** The order of the channels that conv1 reads. */
  channelOrder: 'RGB' | 'BGR';
  /** Whether pooling includes incomplete windows at the right and bottom, as in Caffe. */
  roundsPoolingUp?: true;
  /** The network description, if the file has one. Sizes are taken from the weights. */
  net?: Net;
  preprocessing?: Preprocessing;
  /** The order of the outputs, if the file has it. */
  classes?: ClassOrder;
  /** The words of each class, if the file has them. */
  classNames?: readonly string[];
  /** Why the mean of `preprocessing` is not the file's own. */
  assumedMean?: string;
  /** Why the divisors of `preprocessing` are not the file's own. */
  assumedStd?: string;
  /** The names of what the file has beside the net and that was not read, such as counters and optimizers. */
  leftOut?: readonly string[];
  /** The state dict that was read, if the file has others too. */
  stateDict?: ChosenStateDict;
}

/** A state dict of a checkpoint of PyTorch that has several, by keys from the top joined by dots. */
export interface ChosenStateDict {
  readonly key: string;
  readonly others: readonly string[];
}
