import type * as tfl from '@tensorflow/tfjs-layers';
import { brokenClassRule, brokenNameRule, type ClassOrder } from './class-order.js';
import { describe } from './describe.js';
import { descriptionOf } from './description.js';

/**
 * Stores the order of the classes in a model, one for each of its outputs, and their names if they are given.
 * `model.save`, checkpoints and `exportWeights` write them, and `importWeights` reads them back.
 *
 * @param names The words of each class, such as `tench, Tinca tinca`; without them, a model loses those it had.
 * @throws RangeError if the model is not from `alexnet` or `importWeights`, or the classes do not fit its
 *   outputs.
 * @example
 * setClasses(model, data.classes.map(({ wnid }) => wnid), data.classes.map(({ words }) => words));
 */
export function setClasses(model: tfl.LayersModel, classes: ClassOrder, names?: readonly string[]): void {
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
  const brokenName = names && brokenNameRule(names);
  if (brokenName) {
    throw new RangeError(`names must be ${brokenName.rule} (setClasses), got ${brokenName.got}.`);
  }
  if (names && names.length !== outputs) {
    throw new RangeError(
      `names must have one for each of the ${outputs} outputs (setClasses), got ${names.length}.`,
    );
  }
  const { classNames: _, ...rest } = description;
  describe(model, {
    ...rest,
    classes: classes === 'sorted' ? classes : [...classes],
    ...(names && { classNames: [...names] }),
  });
}

/** The order of a model's classes, if it is known: set by {@link setClasses} or read by `importWeights`. */
export function classesOf(model: tfl.LayersModel): ClassOrder | undefined {
  return descriptionOf(model)?.classes;
}

/** The words of a model's classes, if they are known: set by {@link setClasses} or read by `importWeights`. */
export function classNamesOf(model: tfl.LayersModel): readonly string[] | undefined {
  return descriptionOf(model)?.classNames;
}

function outputsOf(model: tfl.LayersModel): number {
  return Number(model.outputs[0]?.shape.at(-1));
}
