import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import type { Deferred, WriteItems } from '../values/deferred.js';

/** Changes values in place: their number, where they are, and the number of values before them. */
export type Change = (values: number, at: Address, start: number) => void;

/** Makes deferred values and changes them in place, part by part while they are in the caches. */
export function afterDeferred(
  backend: OneDnnBackend,
  shape: number[],
  deferred: Deferred,
  change: Change,
): TensorInfo {
  deferred.isFused = true;
  const write = changed(deferred, deferred.work.write, change);
  return backend.compute(shape, (y) =>
    deferred.inParts(deferred.cached, (first, count) => write(first, count, deferred.offset(y, first))),
  );
}

/** Writes items of a deferred value and changes them. */
export function changed(
  { itemBytes }: Pick<Deferred, 'itemBytes'>,
  write: WriteItems,
  change: Change,
): WriteItems {
  const itemValues = itemBytes / 4;
  return (first, count, to) => {
    write(first, count, to);
    change(count * itemValues, to, first * itemValues);
  };
}
