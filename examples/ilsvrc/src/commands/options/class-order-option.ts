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

/** The order that the option names; undefined if it is not given. @throws Error if the data cannot be opened. */
export async function classOrder(
  given: string | undefined,
  signal: AbortSignal,
): Promise<ClassOrder | undefined> {
  if (given === undefined || given === 'sorted') return given;
  return (await classesOf(given, signal)).map(({ wnid }) => wnid);
}
