import type { Experiment } from '../campaign/experiment.js';
import { figure1 } from './figure1.js';

/** Every experiment, in the order of the paper. */
export const experiments: readonly Experiment[] = [figure1];
