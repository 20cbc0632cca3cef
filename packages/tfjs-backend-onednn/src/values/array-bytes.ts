import type { backend_util } from '@tensorflow/tfjs-core';

/** Ordinary arrays of fewer bytes are not counted: scalars and short vectors come and go in every operation. */
const countedFrom = 16384;

/** Bytes of a tensor's ordinary array that count for the memory limit. */
export function arrayBytes(values: backend_util.BackendValues): number {
  return ArrayBuffer.isView(values) && values.byteLength >= countedFrom ? values.byteLength : 0;
}
