import { ByteCursor } from '../byte-cursor.js';
import { readPickle } from './pickle.js';
import { PickledName } from './pickled-object.js';
import { type PickledTensor, rebuildTensor } from './pickled-tensor.js';
import { pytorchGlobals, storageTypeOf } from './pytorch-globals.js';
import { readStateDicts } from './pytorch-pickle.js';
import { type PyTorchStorage, viewOfStorage } from './pytorch-storage.js';
import type { FoundDicts } from './state-dicts.js';
import { tarEntries } from './tar-entries.js';

/**
 * Reads PyTorch's first format, which `torch.save` wrote up to 0.1.9, among others torchvision's first file
 * of AlexNet. It is a tar of `sys_info`, `storages` (with the values), `tensors` (views of them) and `pickle`,
 * in which a persistent id is a tensor.
 *
 * @see `legacy_load` of PyTorch's torch/serialization.py
 */
export function readPyTorchTar(bytes: Uint8Array): FoundDicts {
  const entries = tarEntries(bytes);
  const entry = (name: string): ByteCursor => {
    const content = entries.get(name);
    if (content) return new ByteCursor(content);
    const first = [...entries.keys()].slice(0, 3).map((other) => `'${other.slice(0, 60)}'`);
    throw new RangeError(
      `it is a tar without '${name}', so PyTorch did not write it; unpack it and read what is in it (${first.join(', ') || 'nothing'})`,
    );
  };
  const info = plainPickle(entry('sys_info'));
  if (!(info instanceof Map) || info.get('little_endian') !== true) {
    throw new RangeError('its numbers are not little-endian');
  }
  const tensors = readTensors(entry('tensors'), readStorages(entry('storages')));
  return readStateDicts(entry('pickle'), (id) => {
    const [named] = Array.isArray(id) ? (id as unknown[]) : [];
    if (named instanceof PickledName) return named; // the class of a module, with its source
    return known(tensors, id, 'tensor');
  });
}

/** For each storage its key, location and class, and then the length and the values; parts of storages last. */
function readStorages(cursor: ByteCursor): Map<string, PyTorchStorage> {
  const roots = new Map<string, PyTorchStorage>();
  for (let left = count(plainPickle(cursor)); left > 0; left--) {
    const [id, , named] = list(plainPickle(cursor));
    const type = storageTypeOf(named);
    const key = String(id);
    const length = cursor.uint64();
    const values = cursor.take(length * type.bytesPerValue);
    roots.set(key, { key, type, length, bytes: async () => values });
  }
  const storages = new Map(roots);
  for (const view of list(plainPickle(cursor))) {
    const [id, root, offset, length] = list(view);
    const whole = known(roots, root, 'storage');
    storages.set(String(id), viewOfStorage(whole, count(offset), count(length)));
  }
  requireEnd(cursor, 'storages');
  return storages;
}

/** For each tensor its key, storage and class, and then its axes, shape, strides and offset as integers. */
function readTensors(
  cursor: ByteCursor,
  storages: ReadonlyMap<string, PyTorchStorage>,
): Map<string, PickledTensor> {
  const tensors = new Map<string, PickledTensor>();
  for (let left = count(plainPickle(cursor)); left > 0; left--) {
    const [id, storage] = list(plainPickle(cursor));
    const axes = cursor.uint32();
    cursor.take(4); // older files have 64-bit axes
    if (axes > MAX_AXES) throw new RangeError(`a tensor in its tar has ${axes} axes`);
    const sizes = Array.from({ length: 2 * axes + 1 }, () => cursor.int64());
    const [shape, strides, offset] = [sizes.slice(0, axes), sizes.slice(axes, -1), sizes.at(-1)];
    tensors.set(String(id), rebuildTensor([known(storages, storage, 'storage'), offset, shape, strides]));
  }
  requireEnd(cursor, 'tensors');
  return tensors;
}

const MAX_AXES = 64;

function plainPickle(cursor: ByteCursor): unknown {
  return readPickle(cursor, pytorchGlobals(), () => {
    throw new RangeError('a pickle before its state dict has a persistent id');
  });
}

function known<Value>(values: ReadonlyMap<string, Value>, id: unknown, what: string): Value {
  const value = values.get(String(id));
  if (value === undefined) throw new RangeError(`its tar has no ${what} ${String(id).slice(0, 40)}`);
  return value;
}

function list(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new RangeError('a list in its tar is something else');
  return value;
}

function count(value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) {
    throw new RangeError('a length in its tar is not a whole number');
  }
  return value as number;
}

function requireEnd(cursor: ByteCursor, name: string): void {
  const left = cursor.bytes.length - cursor.offset;
  if (left > 0) throw new RangeError(`${left} bytes follow the last of the ${name} in its tar`);
}
