import type * as tfl from '@tensorflow/tfjs-layers';
import type { Net } from '../net.js';
import type { Preprocessing } from './preprocessing.js';

/** The key of {@link Description} in a model's user-defined metadata and in the metadata of the files. */
export const DESCRIPTION_KEY = 'alexnet';

/** What travels with the weights: the net with every constant, and what it expects of a picture. */
export interface Description {
  readonly net: Net;
  readonly preprocessing?: Preprocessing;
}

/** Makes a description part of a model: `model.save` keeps it, `tf.loadLayersModel` gives it back. */
export function describe(model: tfl.LayersModel, description: Description): void {
  model.setUserDefinedMetadata({ ...model.getUserDefinedMetadata(), [DESCRIPTION_KEY]: description });
}
