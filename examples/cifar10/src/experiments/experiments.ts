import type { Experiment } from '../campaign/experiment.js';
import { figure1 } from './figure1.js';
import { augmentation, authorsNets, dropout, lrn, pooling, towers } from './section-experiments.js';

/** Every experiment, in the order of the paper. */
export const experiments: readonly Experiment[] = [
  figure1,
  towers,
  lrn,
  pooling,
  augmentation,
  dropout,
  ...authorsNets,
];
