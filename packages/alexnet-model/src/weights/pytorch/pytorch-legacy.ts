import { ByteCursor } from '../byte-cursor.js';

import { readPickle } from './pickle.js';
import { loadPersistent } from './pytorch-globals.js';
import { readStateDicts } from './pytorch-pickle.js';
import type { FindStorage, PyTorchStorage } from './pytorch-storage.js';
import { resavingEach } from './resave-hint.js';
import type { FoundDicts } from './state-dicts.js';

/** The number in the first pickle of such a file. */
const MAGIC = 0x1950a86a20f9469cfc6cn;
const PROTOCOL = 1001;

/**
 * Reads the files that `torch.save` wrote before PyTorch 1.6. They hold pickles of a magic number, the
 * protocol, the machine, the state dict and the keys of the storages, and then for each key a 64-bit length
 * and the values.
 */
export function readPyTorchLegacy(bytes: Uint8Array): FoundDicts {
  const cursor = new ByteCursor(bytes);
  const plain = (): unknown =>
    readPickle(cursor, new Map(), () => {
      throw new RangeError('a pickle before its state dict has a persistent id');
    });
  if (plain() !== MAGIC) {
    throw new RangeError(
      `it is a pickle that torch.save did not write, since it does not begin with PyTorch's magic number; ${resavingEach('torch.as_tensor(value)')}`,
    );
  }
  const protocol = plain();
  if (protocol !== PROTOCOL)
    throw new RangeError(`its protocol must be ${PROTOCOL}, got ${String(protocol)}`);
  const machine = plain();
  if (!(machine instanceof Map) || machine.get('little_endian') !== true) {
    throw new RangeError('its numbers are not little-endian');
  }
  const stored = new Map<string, Uint8Array>();
  const storages = new Map<string, PyTorchStorage>();
  const find: FindStorage = (type, key, length) => {
    const storage = { key, type, length, bytes: async () => bytesOf(stored, key) };
    storages.set(key, storage);
    return storage;
  };
  const found = readStateDicts(cursor, (id) => loadPersistent(id, find));
  const keys = plain();
  for (const key of Array.isArray(keys) ? keys : []) {
    const storage = storages.get(key);
    if (!storage || stored.has(key)) {
      throw new RangeError(`storage ${String(key)} in its list does not belong to any of its tensors`);
    }
    const length = cursor.uint64();
    if (length !== storage.length) {
      throw new RangeError(`storage ${key} should have ${storage.length} values, but has ${length}`);
    }
    stored.set(key, cursor.take(length * storage.type.bytesPerValue));
  }
  if (cursor.offset !== bytes.length) {
    throw new RangeError(`${bytes.length - cursor.offset} bytes follow its last storage`);
  }
  return found;
}

function bytesOf(stored: ReadonlyMap<string, Uint8Array>, key: string): Uint8Array {
  const bytes = stored.get(key);
  if (!bytes) throw new RangeError(`storage ${key} is not in the file`);
  return bytes;
}
