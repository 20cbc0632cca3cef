import type { Net } from '../net.js';
import type { Preprocessing } from './preprocessing.js';
import type { WeightLayer } from './weight-tensor.js';

/** What a weight file says, in its own layout. */
export interface WeightFile {
  /** Convolutions, then dense layers, each in the order of the net. */
  layers: readonly WeightLayer[];
  /** OIHW: kernels [out, in, kh, kw], dense [out, in], fc6 reads channels first. HWIO: tfjs's, fc6 reads channels last. */
  layout: 'OIHW' | 'HWIO';
  /** What conv1 reads. */
  channelOrder: 'RGB' | 'BGR';
  /** Caffe: what is left over at the right and bottom is pooled too. */
  roundsPoolingUp?: true;
  /** The net, where the file describes it. Sizes are taken from the weights. */
  net?: Net;
  preprocessing?: Preprocessing;
}
