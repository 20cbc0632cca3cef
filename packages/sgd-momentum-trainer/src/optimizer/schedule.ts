import type { PerVariable } from './per-variable.js';

/**
 * The learning rate of an epoch, or 'stop' to end the run before this epoch. Its arguments are the number of
 * the epoch (0, 1, ...) and the validation errors of the epochs before it. A number is the learning rate of
 * every variable, biases included; an object gives biases and single layers their own.
 *
 * It must be a pure function: a resumed run then has the learning rates of the uninterrupted one.
 *
 * @example
 * const drops = stepSchedule();
 * const schedule: Schedule = (epoch) => ({ default: drops(epoch), biases: 0.02, layers: epoch < 72 ? {} : { conv1: 0 } });
 */
export type Schedule = (epoch: number, validationErrors: readonly number[]) => PerVariable | 'stop';
