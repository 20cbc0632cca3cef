import type { ClassOrder } from '@alexnet/alexnet-model';
import { classPermutation } from '@alexnet/alexnet-model/classes';
import type { ImageClass } from '@alexnet/imagenet-reader';
import { say } from '../cli/say.js';

/** Classes by label, and the data or file that has them. */
export interface LabelledClasses {
  path: string;
  classes: readonly Pick<ImageClass, 'wnid'>[];
}

/** Something that was made for classes of its own: a run, weights or predictions. */
export interface OrderedOutputs {
  path: string;
  /** What the classes are to it: `was trained on`. */
  relation: 'was trained on' | 'was predicted for';
  /** The order of its outputs. */
  order: ClassOrder;
}

/**
 * The permutation that puts outputs into the order of other classes; undefined if they are in that order, or
 * if it cannot be compared. Says what is converted and what cannot be compared.
 *
 * @throws Error that states the difference, if the classes are not the same.
 */
export function outputOrder(
  { path, relation, order }: OrderedOutputs,
  to: LabelledClasses,
): number[] | undefined {
  const ids = to.classes.map(({ wnid }) => wnid);
  if (order === 'sorted' && !ids.every(isWordNetId)) {
    say(
      `  ${path}: its classes are sorted by WordNet ID, but those of ${to.path} have other names; only their number is compared`,
    );
    return undefined;
  }
  const difference = order === 'sorted' ? undefined : classDifference(order, ids);
  if (difference !== undefined) {
    throw new Error(`${path} ${relation} other classes than ${to.path} has: ${difference}.`);
  }
  const permutation = isSame(order, ids) ? [] : classPermutation(order, ids);
  if (permutation.every((from, i) => from === i)) return undefined;
  say(
    `  ${path}: its classes are in another order than those of ${to.path}; its outputs are put into that order`,
  );
  return permutation;
}

/** Whether a class is named by a WordNet ID, such as n01440764. */
export function isWordNetId(id: string): boolean {
  return /^n\d{8}$/.test(id);
}

function isSame(order: ClassOrder, ids: readonly string[]): boolean {
  return order !== 'sorted' && order.every((id, i) => id === ids[i]);
}

/** How the classes of two lists differ, whatever their order; undefined if they are the same. */
function classDifference(order: readonly string[], ids: readonly string[]): string | undefined {
  if (order.length !== ids.length) return `${order.length} classes, not ${ids.length}`;
  const known = new Set(order);
  const label = ids.findIndex((id) => !known.has(id));
  return label < 0 ? undefined : `class ${label} is ${ids[label]}, which it does not have`;
}
