import type { backend_util } from '@tensorflow/tfjs-core';

/**
 * Smaller ordinary arrays are not counted, because scalars and short vectors come and go in every operation.
 */
const countedFrom = 16384;

/** The number of bytes of a tensor's ordinary array that count for the memory limit. */
export function arrayBytes(values: backend_util.BackendValues): number {
  return ArrayBuffer.isView(values) && values.byteLength >= countedFrom ? values.byteLength : 0;
}
