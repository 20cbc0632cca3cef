import type { FloatType } from '../decode-floats.js';

/** Storage classes that a pickle may name. Weights use the floating-point ones. */
export const storageTypes: Readonly<Record<string, FloatType | null>> = {
  FloatStorage: 'F32',
  DoubleStorage: 'F64',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  // counters of an optimizer saved with the weights; never read
  LongStorage: null,
  IntStorage: null,
  ShortStorage: null,
  CharStorage: null,
  ByteStorage: null,
  BoolStorage: null,
};

/** The values of one or more tensors. The bytes are read on demand. */
export interface PyTorchStorage {
  readonly key: string;
  readonly type: FloatType | null;
  readonly length: number;
  bytes(): Promise<Uint8Array>;
}
