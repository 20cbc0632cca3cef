import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import {
  type backend_util,
  type DataMover,
  DataStorage,
  type DataType,
  engine,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import type { Address } from './library/c-api.js';
import type { LoadedOneDnn, OneDnnInfo } from './native/load-onednn.js';
import type { NativeEngine } from './native/native-engine.js';
import { type Plan, PrimitiveCache } from './primitive-cache.js';
import { arrayBytes } from './values/array-bytes.js';
import { checkedLength } from './values/checked-length.js';
import { writeInChunks } from './values/chunks.js';
import { Deferred, type Work } from './values/deferred.js';
import { EagerOperations } from './values/eager-operations.js';
import { type Block, MemoryPool, removed } from './values/memory-pool.js';
import type { NativeData } from './values/native-data.js';
import type { OneDnnMemory } from './values/onednn-memory.js';
import { systemMemory } from './values/system-memory.js';

/** How tfjs names a tensor's data. */
type DataId = TensorInfo['dataId'];

/**
 * The parts that a backend consists of; `memoryLimit` is the most bytes of memory that its tensors may hold.
 */
export type OneDnnBackendOptions = LoadedOneDnn & { memoryLimit?: number | undefined };

/**
 * tfjs's cpu backend, with values in native memory once a oneDNN kernel has read or written them.
 *
 * Kernels that are not overridden see ordinary typed arrays, which are views of that memory.
 */
export class OneDnnBackend extends MathBackendCPU {
  readonly native: NativeEngine;
  readonly pool: MemoryPool;
  readonly #info: OneDnnInfo;
  readonly #plans = new PrimitiveCache();
  readonly #nativeData = new WeakMap<DataId, NativeData>();
  readonly #pooled = new WeakSet<ArrayBufferLike>();
  readonly #eager = new EagerOperations();
  /** Deferred values that are not materialized yet. */
  readonly #pending = new Set<Deferred>();
  #isDisposed = false;
  /** Releases the blocks of tensors that became garbage without being disposed. */
  readonly #forgotten = new FinalizationRegistry<NativeData>((native) => this.#releaseAll(native));

  constructor({ makeEngine, info, memoryLimit }: OneDnnBackendOptions) {
    super();
    Object.assign(this, { firstUse: false }); // silences the cpu backend's advice to install tfjs-node
    this.data = new DataStorage(this, { moveData });
    this.#info = info;
    this.native = makeEngine();
    this.pool = new MemoryPool(systemMemory(), memoryLimit === undefined ? {} : { limit: memoryLimit });
  }

  /** The library underneath, with the current number of threads. */
  get info(): OneDnnInfo {
    return { ...this.#info, threads: this.native.api.ompGetMaxThreads() };
  }

  /** True inside a gradient tape, while a gradient may still be asked for. */
  get taped(): boolean {
    return engine().state.gradientDepth > 0;
  }

  /** The kernel plan of a key, compiled at the first call. The key names operation and shapes in errors. */
  plan<P extends Plan>(key: string, make: (native: NativeEngine) => P): P {
    if (this.#isDisposed) throw new Error(removed);
    return this.#plans.get(key, () => this.native.build(key, () => make(this.native)));
  }

  /** Destroys all kernel plans, since most are compiled for the number of threads at that time. */
  forgetPlans(): void {
    this.#plans.clear();
  }

  /** Creates a float32 tensor and lets `fill` write all of its values. */
  compute(shape: number[], fill: (address: Address, values: Float32Array) => void): TensorInfo {
    const length = checkedLength(shape);
    const block = this.pool.allocate(length * 4);
    try {
      const values = this.#view(block, length);
      fill(block.address, values);
      const dataId = super.write(values, shape, 'float32');
      this.#native(dataId).block = block;
      return { dataId, shape, dtype: 'float32' };
    } catch (error) {
      this.pool.release(block);
      throw error;
    }
  }

  /**
   * Creates a float32 tensor whose values `work` computes when they are first read.
   *
   * @param reads the tensors and blocks that `work` reads. Their memory is held, so `work` may keep their
   * addresses.
   */
  defer(shape: number[], work: Work, reads: readonly (TensorInfo | Block)[]): TensorInfo {
    const length = checkedLength(shape);
    if (this.#eager.has(work.key)) {
      const [items = 1] = shape;
      const layout = { items, itemBytes: (length / items) * 4 };
      return this.compute(shape, (y) => writeInChunks(layout, work.chunkSize, work.writeChunk, y));
    }
    const blocks = reads.flatMap((read) => ('dataId' in read ? this.#blocksOf(read) : [read]));
    const dataId = super.write(new Float32Array(0), shape, 'float32');
    const weakly = new WeakRef(dataId);
    const materialize = (): void => {
      const alive = weakly.deref();
      if (alive) this.#materialize(alive, length, 'not read');
    };
    const deferred = new Deferred(this.pool, shape, { work, blocks }, materialize);
    this.#native(dataId).deferred = deferred;
    this.#pending.add(deferred);
    const get = (): Float32Array => this.#materialize(dataId, length);
    Object.defineProperty(this.data.get(dataId), 'values', { get, configurable: true, enumerable: true });
    return { dataId, shape, dtype: 'float32' };
  }

  /** A tensor's deferred values, if any. A caller that computes them in its own work sets `isFused`. */
  deferred(tensor: TensorInfo): Deferred | undefined {
    return this.#nativeData.get(tensor.dataId)?.deferred;
  }

  /** As `deferred`, but undefined for a reshaped tensor, whose items are not those of the deferred values. */
  deferredInShape(tensor: TensorInfo): Deferred | undefined {
    const deferred = this.deferred(tensor);
    return deferred && util.arraysEqual(deferred.shape, tensor.shape) ? deferred : undefined;
  }

  /** Materializes everything deferred that reads a tensor's values, which are about to change in place. */
  materializeReaders(tensor: TensorInfo): void {
    const { block } = this.#native(tensor.dataId);
    for (const reader of block?.readers ?? []) reader.materialize();
    if (block) this.pool.dropCopy(block);
  }

  /** The address of a tensor's values as float32; they move into native memory at the first call. */
  address(tensor: TensorInfo): Address {
    return this.block(tensor).address;
  }

  /** As `compute`, with the workspace that a plan requires, if any; it is kept for the gradient. */
  computeWithWorkspace(
    shape: number[],
    plan: { key: string; workspaceBytes: number },
    fill: (address: Address, workspace: Address[]) => void,
  ): TensorInfo {
    if (plan.workspaceBytes === 0) return this.compute(shape, (address) => fill(address, []));
    const block = this.pool.allocate(plan.workspaceBytes);
    try {
      const result = this.compute(shape, (address) => fill(address, [block.address]));
      this.keepWorkspace(result, plan.key, block);
      return result;
    } catch (error) {
      this.pool.release(block);
      throw error;
    }
  }

  /** Attaches a workspace to a tensor. The returned function marks it as written. */
  keepWorkspace(tensor: TensorInfo, key: string, block: Block, isWritten = true): () => void {
    const workspace = { key, block, isWritten };
    this.#native(tensor.dataId).workspace = workspace;
    return () => {
      workspace.isWritten = true;
    };
  }

  /** The workspace that the kernel plan of that key has written for a tensor. */
  workspace(tensor: TensorInfo, key: string): Block | undefined {
    const workspace = this.#nativeData.get(tensor.dataId)?.workspace;
    return workspace?.key === key && workspace.isWritten ? workspace.block : undefined;
  }

  /** Stores a cpu kernel's result; values that alias native memory (Slice's subarray) are copied. */
  override write(values: backend_util.BackendValues, shape: number[], dtype: DataType): DataId {
    const own = this.#own(values);
    const bytes = arrayBytes(own);
    if (bytes > 0) this.pool.countArray(bytes);
    const dataId = super.write(own, shape, dtype);
    if (bytes > 0) this.#native(dataId).arrayBytes = bytes;
    return dataId;
  }

  /** Accepts values past the limit: the other backend gave them away, and a refusal would lose them. */
  override move(
    dataId: DataId,
    values: backend_util.BackendValues,
    shape: number[],
    dtype: DataType,
    refCount: number,
  ): void {
    const own = this.#own(values);
    super.move(dataId, own, shape, dtype, refCount);
    const bytes = arrayBytes(own);
    this.pool.arrays += bytes;
    if (bytes > 0) this.#native(dataId).arrayBytes = bytes;
  }

  /** Returns a copy, because a view would change once the tensor is disposed and its memory reused. */
  override readSync(dataId: DataId): backend_util.BackendValues {
    return this.#own(super.readSync(dataId));
  }

  override disposeData(dataId: DataId, force = false): boolean {
    const native = this.#nativeData.get(dataId);
    const disposed = super.disposeData(dataId, force);
    if (disposed && native) {
      this.#nativeData.delete(dataId);
      this.#forgotten.unregister(dataId);
      this.#releaseAll(native);
    }
    return disposed;
  }

  override memory(): OneDnnMemory {
    const { live, peak, held, arrays } = this.pool;
    return {
      unreliable: false,
      reasons: [],
      poolLiveBytes: live,
      poolPeakBytes: peak,
      poolBytes: held,
      poolLimitBytes: this.pool.limit,
      arrayBytes: arrays,
      plans: this.#plans.size,
    };
  }

  /**
   * Frees all native resources, for `tf.removeBackend('onednn')`. Tensors that are still alive can be read,
   * moved to another backend and disposed, which frees their memory.
   */
  override dispose(): void {
    if (this.#isDisposed) return;
    for (const deferred of this.#pending) deferred.materialize();
    this.#isDisposed = true;
    this.#plans.clear();
    this.native.destroy();
    this.pool.close();
    super.dispose();
  }

  /** The block of a tensor's values as float32. */
  block(tensor: TensorInfo): Block {
    const data = this.data.get(tensor.dataId);
    const native = this.#native(tensor.dataId);
    if (native.deferred) this.#materialize(tensor.dataId, util.sizeFromShape(tensor.shape));
    const present = native.block ?? native.converted;
    if (present) return present;
    const values = data.values as ArrayLike<number>;
    const block = this.pool.allocate(values.length * 4);
    const view = this.#view(block, values.length);
    view.set(values);
    if (values instanceof Float32Array) {
      data.values = view;
      native.block = block;
      this.pool.arrays -= native.arrayBytes ?? 0;
      native.arrayBytes = 0;
    } else {
      native.converted = block; // after a cast without a copy the int32 tensor still owns the values
    }
    return block;
  }

  /** The blocks that hold a tensor's values, or that its deferred values will be computed from. */
  #blocksOf(tensor: TensorInfo): readonly Block[] {
    return this.deferred(tensor)?.blocks ?? [this.block(tensor)];
  }

  /** Computes the values of a deferred tensor. */
  #materialize(dataId: DataId, length: number, why: 'read' | 'not read' = 'read'): Float32Array {
    const native = this.#native(dataId);
    const { deferred } = native;
    if (!deferred) return this.data.get(dataId).values as Float32Array;
    const block = deferred.produce();
    if (deferred.isFused && why === 'read') this.#eager.add(deferred.work.key);
    const value = this.#view(block, length);
    native.block = block;
    native.deferred = undefined;
    this.#pending.delete(deferred);
    deferred.release();
    Object.defineProperty(this.data.get(dataId), 'values', {
      value,
      writable: true,
      configurable: true,
      enumerable: true,
    });
    return value;
  }

  #view(block: Block, length: number): Float32Array<ArrayBuffer> {
    this.#pooled.add(block.buffer);
    return new Float32Array(block.buffer, 0, length);
  }

  #own(values: backend_util.BackendValues): backend_util.BackendValues {
    return ArrayBuffer.isView(values) && this.#pooled.has(values.buffer) ? values.slice() : values;
  }

  #native(dataId: DataId): NativeData {
    const known = this.#nativeData.get(dataId);
    if (known) return known;
    const fresh: NativeData = {};
    this.#nativeData.set(dataId, fresh);
    this.#forgotten.register(dataId, fresh, dataId);
    return fresh;
  }

  #releaseAll({ block, converted, workspace, deferred, arrayBytes = 0 }: NativeData): void {
    this.pool.arrays -= arrayBytes;
    if (deferred) {
      this.#pending.delete(deferred);
      deferred.release();
    }
    for (const used of [block, converted, workspace?.block]) {
      if (used) this.pool.release(used);
    }
  }
}

/** Fetches data from the backend that holds it. @throws Error if the tensor was used after `dispose`. */
const moveData: DataMover['moveData'] = (backend, dataId) => {
  if (!engine().state.tensorInfo.has(dataId)) throw new Error('Tensor is disposed.');
  engine().moveData(backend, dataId);
};
