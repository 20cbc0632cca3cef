import type * as tfl from '@tensorflow/tfjs-layers';
import { describe } from './describe.js';
import { checkDescription, descriptionOf } from './description.js';
import type { Preprocessing } from './preprocessing.js';

/**
 * Stores in a model what must be done to an image, in place of its preset's. `model.save`, checkpoints and
 * `exportWeights` write it, and `importWeights` reads it back.
 *
 * @throws RangeError if the model is not from `alexnet` or `importWeights`, or a value is invalid.
 * @example
 * setPreprocessing(model, { mean: data.channelMeans, std: [1, 1, 1], size: data.size });
 */
export function setPreprocessing(model: tfl.LayersModel, preprocessing: Preprocessing): void {
  const description = descriptionOf(model);
  if (!description) {
    throw new RangeError(
      `model must come from alexnet() or importWeights() (setPreprocessing), got '${model.name}'.`,
    );
  }
  try {
    describe(model, checkDescription({ ...description, preprocessing }));
  } catch (error) {
    throw new RangeError(`${(error as Error).message.replace("its description's ", '')} (setPreprocessing).`);
  }
}
