import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import type { Deferred } from './deferred.js';

/**
 * Makes deferred values and changes them in place, part by part while they are in the caches.
 *
 * @param change is given each part's number of values, where they are, and the number of values before them.
 */
export function afterDeferred(
  backend: OneDnnBackend,
  shape: number[],
  deferred: Deferred,
  change: (values: number, at: Address, start: number) => void,
): TensorInfo {
  deferred.isFused = true;
  const itemValues = deferred.itemBytes / 4;
  return backend.compute(shape, (y) =>
    deferred.inParts(deferred.cached, (first, count) => {
      const at = deferred.offset(y, first);
      deferred.work.write(first, count, at);
      change(count * itemValues, at, first * itemValues);
    }),
  );
}
