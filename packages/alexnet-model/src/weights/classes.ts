import type * as tfl from '@tensorflow/tfjs-layers';
import { brokenClassRule, type ClassOrder } from './class-order.js';
import { describe } from './describe.js';
import { descriptionOf } from './description.js';

/**
 * Stores the order of the classes in a model, one for each of its outputs. `model.save`, checkpoints and
 * `exportWeights` write it, and `importWeights` reads it back.
 *
 * @throws RangeError if the model is not from `alexnet` or `importWeights`, or the classes do not fit its
 *   outputs.
 * @example
 * setClasses(model, data.classes.map(({ wnid }) => wnid));
 */
export function setClasses(model: tfl.LayersModel, classes: ClassOrder): void {
  const description = descriptionOf(model);
  if (!description) {
    throw new RangeError(
      `model must come from alexnet() or importWeights() (setClasses), got '${model.name}'.`,
    );
  }
  const broken = brokenClassRule(classes);
  if (broken) throw new RangeError(`classes must be ${broken.rule} (setClasses), got ${broken.got}.`);
  const outputs = outputsOf(model);
  if (classes !== 'sorted' && classes.length !== outputs) {
    throw new RangeError(
      `classes must have one ID for each of the ${outputs} outputs (setClasses), got ${classes.length}.`,
    );
  }
  describe(model, { ...description, classes: classes === 'sorted' ? classes : [...classes] });
}

/** The order of a model's classes, if it is known: set by {@link setClasses} or read by `importWeights`. */
export function classesOf(model: tfl.LayersModel): ClassOrder | undefined {
  return descriptionOf(model)?.classes;
}

function outputsOf(model: tfl.LayersModel): number {
  return Number(model.outputs[0]?.shape.at(-1));
}
