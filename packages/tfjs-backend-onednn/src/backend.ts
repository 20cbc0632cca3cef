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
import { Deferred, type Work } from './values/deferred.js';
import { type Block, MemoryPool, removed } from './values/memory-pool.js';
import type { NativeData } from './values/native-data.js';
import type { OneDnnMemory } from './values/onednn-memory.js';
import { inParts } from './values/parts.js';
import { systemMemory } from './values/system-memory.js';

/** How tfjs names a tensor's data. */
type DataId = TensorInfo['dataId'];

/** What a backend is made of; `memoryLimit` is the most bytes of memory that its tensors may hold. */
export type OneDnnBackendOptions = LoadedOneDnn & { memoryLimit?: number | undefined };

/**
 * tfjs's cpu backend with values in native memory where a oneDNN kernel read or wrote them.
 *
 * Kernels that are not overridden see ordinary typed arrays, views of that memory.
 */
export class OneDnnBackend extends MathBackendCPU {
  readonly native: NativeEngine;
  readonly pool: MemoryPool;
  readonly #info: OneDnnInfo;
  readonly #plans = new PrimitiveCache();
  readonly #nativeData = new WeakMap<DataId, NativeData>();
  readonly #pooled = new WeakSet<ArrayBufferLike>();
  /** Operations that are not deferred any more: their values turned out to be read twice. */
  readonly #eager = new Set<string>();
  /** Values that are still to be made. */
  readonly #open = new Set<Deferred>();
  #isDisposed = false;
  /** Tensors that were never disposed and that nothing refers to: their blocks go back, as their arrays do on cpu. */
  readonly #forgotten = new FinalizationRegistry<NativeData>((native) => this.#releaseAll(native));

  constructor({ makeEngine, info, memoryLimit }: OneDnnBackendOptions) {
    super();
    Object.assign(this, { firstUse: false }); // silences the cpu backend's advice to install tfjs-node
    this.data = new DataStorage(this, { moveData });
    this.#info = info;
    this.native = makeEngine();
    this.pool = new MemoryPool(systemMemory(), memoryLimit === undefined ? {} : { limit: memoryLimit });
  }

  /** What runs underneath, with the number of threads as it is now. */
  get info(): OneDnnInfo {
    return { ...this.#info, threads: this.native.api.ompGetMaxThreads() };
  }

  /** True while a gradient may still be asked for. */
  get taped(): boolean {
    return engine().state.gradientDepth > 0;
  }

  /** The plan of that key, made at the first call. The key names the operation and its shapes in errors. */
  plan<P extends Plan>(key: string, make: (native: NativeEngine) => P): P {
    if (this.#isDisposed) throw new Error(removed);
    return this.#plans.get(key, () => this.native.build(key, () => make(this.native)));
  }

  /** Destroys the plans: most are compiled for the number of threads that there was. */
  forgetPlans(): void {
    this.#plans.clear();
  }

  /** Makes a float32 tensor and lets `fill` write all of it. */
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
   * A float32 tensor whose values `work` makes when they are first read, from tensors `reads` (and blocks).
   *
   * `work` may keep addresses of those tensors: their memory is held.
   */
  defer(shape: number[], work: Work, reads: readonly (TensorInfo | Block)[]): TensorInfo {
    const length = checkedLength(shape);
    if (this.#eager.has(work.key)) {
      const [items = 1] = shape;
      const itemBytes = (length / items) * 4;
      return this.compute(shape, (y) =>
        inParts(items, work.together, (first, count) =>
          work.write(first, count, y + BigInt(first * itemBytes)),
        ),
      );
    }
    const blocks = reads.flatMap((read) => ('dataId' in read ? this.#blocksOf(read) : [read]));
    const dataId = super.write(new Float32Array(0), shape, 'float32');
    const weakly = new WeakRef(dataId);
    const settle = (): void => {
      const alive = weakly.deref();
      if (alive) this.#settle(alive, length, 'not read');
    };
    const deferred = new Deferred(this.pool, shape, { work, blocks }, settle);
    this.#native(dataId).deferred = deferred;
    this.#open.add(deferred);
    const get = (): Float32Array => this.#settle(dataId, length);
    Object.defineProperty(this.data.get(dataId), 'values', { get, configurable: true, enumerable: true });
    return { dataId, shape, dtype: 'float32' };
  }

  /** How a tensor's values will be made, if they were not made yet. Whoever makes them otherwise says `isFused`. */
  deferred(tensor: TensorInfo): Deferred | undefined {
    return this.#nativeData.get(tensor.dataId)?.deferred;
  }

  /** Makes everything that is still to be made from a tensor's values, which are about to change in place. */
  settleReaders(tensor: TensorInfo): void {
    const { block } = this.#native(tensor.dataId);
    for (const reader of block?.readers ?? []) reader.settle();
    if (block) this.pool.dropCopy(block);
  }

  /** The address of a tensor's values as float32; they move into native memory at the first call. */
  address(tensor: TensorInfo): Address {
    return this.block(tensor).address;
  }

  /** `compute` with a workspace, if the plan wants one, that stays with the result for its gradient. */
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

  /** Leaves a workspace with a tensor; returns a function to call once it is written, if it is not yet. */
  keepWorkspace(tensor: TensorInfo, key: string, block: Block, isWritten = true): () => void {
    const workspace = { key, block, isWritten };
    this.#native(tensor.dataId).workspace = workspace;
    return () => {
      workspace.isWritten = true;
    };
  }

  /** The workspace that the plan of that key left on a tensor's data. */
  workspace(tensor: TensorInfo, key: string): Block | undefined {
    const workspace = this.#nativeData.get(tensor.dataId)?.workspace;
    return workspace?.key === key && workspace.isWritten ? workspace.block : undefined;
  }

  /** Every cpu kernel ends here: values that alias native memory (Slice's subarray) are copied, for that memory is used again. */
  override write(values: backend_util.BackendValues, shape: number[], dtype: DataType): DataId {
    const own = this.#own(values);
    const bytes = arrayBytes(own);
    if (bytes > 0) this.pool.countArray(bytes);
    const dataId = super.write(own, shape, dtype);
    if (bytes > 0) this.#native(dataId).arrayBytes = bytes;
    return dataId;
  }

  /** Past the limit too: the other backend has given the values away, and a refusal would lose them. */
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

  /** Hands out a copy: a view would change under its reader once the tensor is disposed. */
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
   * Frees what is native, as `tf.removeBackend('onednn')` asks. Tensors that are still alive can be read, moved to
   * another backend and disposed: their memory goes back with them.
   */
  override dispose(): void {
    if (this.#isDisposed) return;
    for (const deferred of this.#open) deferred.settle();
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
    if (native.deferred) this.#settle(tensor.dataId, util.sizeFromShape(tensor.shape));
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
      native.converted = block; // a cast without a copy: the int32 tensor still owns the values
    }
    return block;
  }

  /** The blocks that the values of a tensor come from: its own, or those it will be made from. */
  #blocksOf(tensor: TensorInfo): readonly Block[] {
    return this.deferred(tensor)?.blocks ?? [this.block(tensor)];
  }

  /** Makes the values of a deferred tensor. */
  #settle(dataId: DataId, length: number, why: 'read' | 'not read' = 'read'): Float32Array {
    const native = this.#native(dataId);
    const { deferred } = native;
    if (!deferred) return this.data.get(dataId).values as Float32Array;
    const block = deferred.make();
    if (deferred.isFused && why === 'read') this.#eager.add(deferred.work.key);
    const value = this.#view(block, length);
    native.block = block;
    native.deferred = undefined;
    this.#open.delete(deferred);
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
      this.#open.delete(deferred);
      deferred.release();
    }
    for (const used of [block, converted, workspace?.block]) {
      if (used) this.pool.release(used);
    }
  }
}

/** Fetches data from the backend that has it. @throws Error if none has: a tensor was used after `dispose`. */
const moveData: DataMover['moveData'] = (backend, dataId) => {
  if (!engine().state.tensorInfo.has(dataId)) throw new Error('Tensor is disposed.');
  engine().moveData(backend, dataId);
};
