import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import type { Address } from '../library/c-api.js';
import { type WriteChunk, writeInChunks } from '../values/chunks.js';
import type { Deferred } from '../values/deferred.js';

/** Changes `values` values in place at an address; `start` is the number of values before them. */
export type Change = (values: number, at: Address, start: number) => void;

/** Computes deferred values and changes them in place, chunk by chunk while they are in the caches. */
export function materializeChanged(
  backend: OneDnnBackend,
  shape: number[],
  deferred: Deferred,
  change: Change,
): TensorInfo {
  deferred.isFused = true;
  const writeChunk = thenChange(deferred, deferred.work.writeChunk, change);
  return backend.compute(shape, (y) => writeInChunks(deferred, deferred.cacheChunkSize, writeChunk, y));
}

/** Writes a chunk and then changes it. */
export function thenChange(
  { itemBytes }: Pick<Deferred, 'itemBytes'>,
  writeChunk: WriteChunk,
  change: Change,
): WriteChunk {
  const itemValues = itemBytes / 4;
  return (first, count, to) => {
    writeChunk(first, count, to);
    change(count * itemValues, to, first * itemValues);
  };
}
