import type * as tfl from '@tensorflow/tfjs-layers';
import type { Net } from '../net.js';
import type { ClassOrder } from './class-order.js';
import type { Preprocessing } from './preprocessing.js';

/** The key of a {@link Description} in a model's user-defined metadata, and in the metadata of files. */
export const DESCRIPTION_KEY = 'alexnet';

/** What is stored with the weights: the network description, its preprocessing, and its classes. */
export interface Description {
  readonly net: Net;
  readonly preprocessing?: Preprocessing;
  readonly classes?: ClassOrder;
  /** The words of each class, in the order of the outputs. */
  readonly classNames?: readonly string[];
}

/** Stores a description in a model. `model.save` writes it and `tf.loadLayersModel` reads it back. */
export function describe(model: tfl.LayersModel, description: Description): void {
  model.setUserDefinedMetadata({ ...model.getUserDefinedMetadata(), [DESCRIPTION_KEY]: description });
}
