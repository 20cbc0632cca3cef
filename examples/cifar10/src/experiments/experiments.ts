import type { Experiment } from '@alexnet/campaign';
import type { CifarNet } from '../nets/cifar-net.js';
import { figure1 } from './figure1.js';
import { augmentation, authorsNets, dropout, lrn, pooling, towers } from './section-experiments.js';

/** Every experiment, in the order of the paper. */
export const experiments: readonly Experiment<CifarNet>[] = [
  figure1,
  towers,
  lrn,
  pooling,
  augmentation,
  dropout,
  ...authorsNets,
];
