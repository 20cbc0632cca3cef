import { decodeFloats } from '../decode-floats.js';
import { sizeOf, type WeightTensor } from '../weight-tensor.js';
import type { PyTorchStorage } from './pytorch-storage.js';
import { quantizedHint } from './resave-hint.js';

/** A tensor as a file describes it, as a view of a storage. It is checked when it is used as a weight. */
export class PickledTensor {
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

  /** @throws RangeError if the tensor reaches past its storage or does not hold floating-point numbers. */
  asWeight(name: string): WeightTensor {
    const { storage, offset, shape, strides } = this;
    if (storage.type.float === null) {
      throw new RangeError(`'${name}' does not hold floating-point numbers; ${quantizedHint}`);
    }
    const size = sizeOf(shape, name);
    const last = shape.reduce((sum, side, axis) => sum + (side - 1) * (strides[axis] as number), offset);
    if (!(size <= storage.length && last < storage.length)) {
      throw new RangeError(
        `a tensor [${shape.join(', ')}] in its pickle reaches past storage ${storage.key}, which has ${storage.length} values`,
      );
    }
    return { name, shape, values: () => this.#values(size) };
  }

  async #values(size: number): Promise<Float32Array> {
    const { float } = this.storage.type;
    if (float === null)
      throw new RangeError(`storage ${this.storage.key} does not hold floating-point numbers`);
    const stored = decodeFloats(await this.storage.bytes(), float);
    const isWhole = this.offset === 0 && stored.length === size;
    return isWhole && isContiguous(this.shape, this.strides) ? stored : this.#gather(stored, size);
  }

  #gather(stored: Float32Array, size: number): Float32Array {
    const values = new Float32Array(size);
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

/** What `torch._utils._rebuild_tensor` and its later versions make of their first four arguments. */
export function rebuildTensor([storage, offset, shape, strides]: readonly unknown[]): PickledTensor {
  const isRebuildable = isStorage(storage) && isIndex(offset) && isIndices(shape) && isIndices(strides);
  if (!isRebuildable || shape.length !== strides.length) {
    throw new RangeError('a tensor in its pickle is not described the way PyTorch does it');
  }
  return new PickledTensor(storage, offset, shape, strides);
}

function isIndex(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isIndices(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isIndex);
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
