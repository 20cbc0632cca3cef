import type { FloatType } from '../decode-floats.js';

/**
 * Storage classes that a pickle may name, with their bytes per value. Weights use the floating-point ones.
 */
export const storageTypes: Readonly<Record<string, StorageType>> = {
  FloatStorage: { float: 'F32', bytesPerValue: 4 },
  DoubleStorage: { float: 'F64', bytesPerValue: 8 },
  HalfStorage: { float: 'F16', bytesPerValue: 2 },
  BFloat16Storage: { float: 'BF16', bytesPerValue: 2 },
  // counters beside the weights; never decoded
  LongStorage: { float: null, bytesPerValue: 8 },
  IntStorage: { float: null, bytesPerValue: 4 },
  ShortStorage: { float: null, bytesPerValue: 2 },
  CharStorage: { float: null, bytesPerValue: 1 },
  ByteStorage: { float: null, bytesPerValue: 1 },
  BoolStorage: { float: null, bytesPerValue: 1 },
  ComplexFloatStorage: { float: null, bytesPerValue: 8 },
  ComplexDoubleStorage: { float: null, bytesPerValue: 16 },
};

/** The type of the values of a storage; `float` is null unless weights can have it. */
export interface StorageType {
  readonly float: FloatType | null;
  readonly bytesPerValue: number;
}

/** The values of one or more tensors. The bytes are read on demand. */
export interface PyTorchStorage {
  readonly key: string;
  readonly type: StorageType;
  readonly length: number;
  bytes(): Promise<Uint8Array>;
}

/** Finds a storage by its persistent id, which is ('storage', class, key, location, length, ...). */
export type FindStorage = (type: StorageType, key: string, length: number) => PyTorchStorage;

/** A part of a storage that PyTorch before 0.4 counted as a storage of its own. */
export function viewOfStorage(root: PyTorchStorage, offset: number, length: number): PyTorchStorage {
  if (!(offset >= 0 && length >= 0 && offset + length <= root.length)) {
    throw new RangeError(
      `values ${offset} .. ${offset + length} of storage ${root.key} are not in it; it has ${root.length}`,
    );
  }
  const { bytesPerValue } = root.type;
  return {
    ...root,
    length,
    bytes: async () =>
      (await root.bytes()).subarray(offset * bytesPerValue, (offset + length) * bytesPerValue),
  };
}
