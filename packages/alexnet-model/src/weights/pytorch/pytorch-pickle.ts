import type { ByteCursor } from '../byte-cursor.js';
import { decodeFloats } from '../decode-floats.js';
import { sizeOf, type WeightTensor } from '../weight-tensor.js';
import { readPickle } from './pickle.js';
import { type PyTorchStorage, storageTypes } from './pytorch-storage.js';

/** A tensor as a pickle describes it, as a view of a storage. */
class PickledTensor {
  readonly storage: PyTorchStorage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];

  constructor(storage: PyTorchStorage, offset: number, shape: readonly number[], strides: readonly number[]) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }

  async values(): Promise<Float32Array> {
    const { type } = this.storage;
    if (type === null)
      throw new RangeError(`storage ${this.storage.key} does not hold floating-point numbers`);
    const stored = decodeFloats(await this.storage.bytes(), type);
    const isWhole = this.offset === 0 && stored.length === sizeOf(this.shape, this.storage.key);
    return isWhole && isContiguous(this.shape, this.strides) ? stored : this.#gather(stored);
  }

  #gather(stored: Float32Array): Float32Array {
    const values = new Float32Array(this.shape.reduce((product, side) => product * side, 1));
    const at = this.shape.map(() => 0);
    for (let i = 0; i < values.length; i++) {
      values[i] = stored[
        this.offset + at.reduce((sum, a, axis) => sum + a * (this.strides[axis] as number), 0)
      ] as number;
      for (let axis = at.length - 1; axis >= 0; axis--) {
        at[axis] = ((at[axis] as number) + 1) % (this.shape[axis] as number);
        if (at[axis] !== 0) break;
      }
    }
    return values;
  }
}

/** Finds a storage by its persistent id, which is ('storage', class, key, location, length, ...). */
export type FindStorage = (type: PyTorchStorage['type'], key: string, length: number) => PyTorchStorage;

const globals = new Map<string, (args: readonly unknown[]) => unknown>([
  ['collections OrderedDict', () => new Map()],
  ['torch._utils _rebuild_tensor_v2', rebuildTensor],
  ['torch._utils _rebuild_parameter', ([data]) => data],
]);
/** Storage classes, which a pickle may name but not call. */
const storageClasses = new Map(
  Object.entries(storageTypes).map(([name, type]) => {
    const refuse = (): never => {
      throw new RangeError(`the pickle calls torch.${name}, which is not allowed`);
    };
    globals.set(`torch ${name}`, refuse);
    return [refuse, type] as const;
  }),
);

/**
 * The tensors of a pickled state dict, with their names and in their order. In a training checkpoint, the
 * state dict is under `state_dict`, `model_state_dict` or `model`.
 *
 * @throws RangeError if the pickle contains anything that state dicts do not need.
 */
export function readStateDict(cursor: ByteCursor, find: FindStorage): WeightTensor[] {
  const root = readPickle(cursor, globals, (id) => loadStorage(id, find));
  const state = stateDictOf(root);
  return Array.from(state, ([name, tensor]) => {
    if (typeof name !== 'string' || !(tensor instanceof PickledTensor)) {
      throw new RangeError(`'${String(name)}' of its state dict is not a tensor`);
    }
    return { name, shape: tensor.shape, values: () => tensor.values() };
  });
}

function stateDictOf(root: unknown): Map<unknown, unknown> {
  if (!(root instanceof Map)) throw new RangeError('it does not hold a state dict; save model.state_dict()');
  for (const key of ['state_dict', 'model_state_dict', 'model']) {
    const nested: unknown = root.get(key);
    if (nested instanceof Map) return nested;
  }
  return root;
}

function loadStorage(id: unknown, find: FindStorage): PyTorchStorage {
  const [kind, storageClass, key, , length] = Array.isArray(id) ? (id as unknown[]) : [];
  const type = storageClasses.get(storageClass as () => never);
  const isLength = Number.isSafeInteger(length) && (length as number) >= 0;
  if (kind !== 'storage' || type === undefined || typeof key !== 'string' || !isLength) {
    throw new RangeError('a persistent id of its pickle is not a storage');
  }
  return find(type, key, length as number);
}

function rebuildTensor([storage, offset, shape, strides]: readonly unknown[]): PickledTensor {
  const isIndex = (n: unknown): boolean => Number.isSafeInteger(n) && (n as number) >= 0;
  const isRebuildable =
    isStorage(storage) && isIndex(offset) && Array.isArray(shape) && Array.isArray(strides);
  if (!isRebuildable || shape.length !== strides.length || !strides.every(isIndex)) {
    throw new RangeError('a tensor in its pickle is not described the way PyTorch does it');
  }
  if (storage.type === null) return new PickledTensor(storage, 0, [], []);
  const size = sizeOf(shape, `storage ${storage.key}`);
  const last = (shape as number[]).reduce(
    (sum, side, axis) => sum + (side - 1) * strides[axis],
    offset as number,
  );
  if (!(size <= storage.length && last < storage.length)) {
    throw new RangeError(
      `a tensor [${shape.join(', ')}] in its pickle reaches past storage ${storage.key}, which has ${storage.length} values`,
    );
  }
  return new PickledTensor(storage, offset as number, shape as number[], strides as number[]);
}

function isStorage(value: unknown): value is PyTorchStorage {
  return typeof value === 'object' && value !== null && 'bytes' in value;
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis] as number;
  }
  return true;
}
