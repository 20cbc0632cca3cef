import { serialization } from '@tensorflow/tfjs-core';
import { SgdMomentum } from './sgd-momentum.js';

/**
 * Makes {@link SgdMomentum} known to `tf.loadLayersModel`, for models saved with `includeOptimizer: true`. Calling it
 * again does no harm.
 *
 * @example
 * registerSgdMomentum();
 * const model = await tf.loadLayersModel(handler); // compiled, with its velocities
 */
export function registerSgdMomentum(): void {
  serialization.registerClass(SgdMomentum);
}
