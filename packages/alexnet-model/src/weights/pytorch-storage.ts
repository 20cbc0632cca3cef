import type { FloatType } from './decode-floats.js';

/** Storage classes that a pickle may name; weights are made of the floating-point ones. */
export const storageTypes: Readonly<Record<string, FloatType | null>> = {
  FloatStorage: 'F32',
  DoubleStorage: 'F64',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  // counters of an optimizer beside the weights; never read
  LongStorage: null,
  IntStorage: null,
  ShortStorage: null,
  CharStorage: null,
  ByteStorage: null,
  BoolStorage: null,
};

/** The values behind one or more tensors; the bytes are read when they are asked for. */
export interface PyTorchStorage {
  readonly key: string;
  readonly type: FloatType | null;
  readonly length: number;
  bytes(): Promise<Uint8Array>;
}
