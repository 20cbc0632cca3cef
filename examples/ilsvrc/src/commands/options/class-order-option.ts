import type { ClassOrder } from '@alexnet/alexnet-model';
import { Option } from 'commander';
import { classesOf } from '../../data/classes-of.js';

/** `--class-order`: the order of the classes of weights, for weights that do not list them. */
export function classOrderOption(): Option {
  return new Option(
    '--class-order <order>',
    "order of the outputs: 'sorted' (by WordNet ID, as published ImageNet weights), or a data set whose order they have (default: the weights' own, or sorted for 1000 classes)",
  );
}

/** The classes that the option names. */
export interface GivenClasses {
  classes?: ClassOrder;
  /** The words of a data set's classes. */
  classNames?: readonly string[];
}

/** The classes that the option names; none if it is not given. @throws Error if the data cannot be opened. */
export async function classOrder(given: string | undefined, signal: AbortSignal): Promise<GivenClasses> {
  if (given === undefined) return {};
  if (given === 'sorted') return { classes: given };
  const classes = await classesOf(given, signal);
  return { classes: classes.map(({ wnid }) => wnid), classNames: classes.map(({ words }) => words) };
}
