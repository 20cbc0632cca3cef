import { serialization } from '@tensorflow/tfjs-core';
import { SgdMomentum } from './sgd-momentum.js';

/**
 * Makes {@link SgdMomentum} known to `tf.loadLayersModel`, for models saved with `includeOptimizer: true`. It
 * may be called more than once.
 *
 * @example
 * registerSgdMomentum();
 * const model = await tf.loadLayersModel(handler); // compiled, with its velocities
 */
export function registerSgdMomentum(): void {
  serialization.registerClass(SgdMomentum);
}
