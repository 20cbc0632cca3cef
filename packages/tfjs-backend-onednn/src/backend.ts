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
import type { LoadedOneDnn, OneDnnInfo } from './library/load-onednn.js';
import { type Block, largestBlock, MemoryPool } from './memory-pool.js';
import type { NativeEngine } from './native/native-engine.js';
import { systemMemory } from './native/system-memory.js';
import { type Plan, PrimitiveCache } from './primitive-cache.js';

/** How tfjs names a tensor's data. */
type DataId = TensorInfo['dataId'];

/** A by-product of a kernel that its gradient needs: the positions of the maxima, LRN's scale. */
interface Workspace {
  block: Block;
  /** Names the plan that wrote it. */
  key: string;
}

/** Native memory that belongs to a tensor's data and dies with it. */
interface NativeData {
  /** The values themselves. */
  block?: Block;
  /** A float32 copy of values of another type. */
  converted?: Block;
  workspace?: Workspace;
}

/** What a backend is made of; `memoryLimit` is the most bytes of native memory that its tensors may hold. */
export type OneDnnBackendOptions = LoadedOneDnn & { memoryLimit?: number | undefined };

/** What `tf.memory()` adds on this backend. */
export interface OneDnnMemory {
  unreliable: boolean;
  reasons: string[];
  /** Native bytes of live tensors and workspaces. */
  poolLiveBytes: number;
  poolPeakBytes: number;
  /** Native bytes held, those kept for the next tensors included. */
  poolBytes: number;
  /** `memoryLimit` of `registerOneDnnBackend`; Infinity without one. */
  poolLimitBytes: number;
  /** Compiled operations kept. */
  plans: number;
}

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
  /** Tensors that were never disposed and that nothing refers to: their blocks go back, as their arrays do on cpu. */
  readonly #forgotten = new FinalizationRegistry<NativeData>((native) => this.#releaseAll(native));

  constructor({ native, info, memoryLimit }: OneDnnBackendOptions) {
    super();
    Object.assign(this, { firstUse: false }); // silences the cpu backend's advice to install tfjs-node
    this.data = new DataStorage(this, { moveData });
    this.#info = info;
    this.native = native;
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
    return this.#plans.get(key, () => this.native.build(key, () => make(this.native)));
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

  /** The address of a tensor's values as float32; they move into native memory at the first call. */
  address(tensor: TensorInfo): Address {
    const data = this.data.get(tensor.dataId);
    const native = this.#native(tensor.dataId);
    if (native.block) return native.block.address;
    if (native.converted) return native.converted.address;
    const values = data.values as ArrayLike<number>;
    const block = this.pool.allocate(values.length * 4);
    const view = this.#view(block, values.length);
    view.set(values);
    if (values instanceof Float32Array) {
      data.values = view;
      native.block = block;
    } else {
      native.converted = block; // a cast without a copy: the int32 tensor still owns the values
    }
    return block.address;
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
      this.#native(result.dataId).workspace = { key: plan.key, block };
      return result;
    } catch (error) {
      this.pool.release(block);
      throw error;
    }
  }

  /** The workspace that the plan of that key left on a tensor's data. */
  workspace(tensor: TensorInfo, key: string): Address | undefined {
    const workspace = this.#nativeData.get(tensor.dataId)?.workspace;
    return workspace?.key === key ? workspace.block.address : undefined;
  }

  /** Every cpu kernel ends here: values that alias native memory (Slice's subarray) are copied, for that memory is used again. */
  override write(values: backend_util.BackendValues, shape: number[], dtype: DataType): DataId {
    return super.write(this.#own(values), shape, dtype);
  }

  override move(
    dataId: DataId,
    values: backend_util.BackendValues,
    shape: number[],
    dtype: DataType,
    refCount: number,
  ): void {
    super.move(dataId, this.#own(values), shape, dtype, refCount);
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
    const { live, peak, held } = this.pool;
    return {
      unreliable: false,
      reasons: [],
      poolLiveBytes: live,
      poolPeakBytes: peak,
      poolBytes: held,
      poolLimitBytes: this.pool.limit,
      plans: this.#plans.size,
    };
  }

  /**
   * Frees what is native, as `tf.removeBackend('onednn')` asks. Tensors that are still alive can be read, moved to
   * another backend and disposed: their memory goes back with them.
   */
  override dispose(): void {
    this.#plans.clear();
    this.native.destroy();
    this.pool.close();
    super.dispose();
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

  #releaseAll({ block, converted, workspace }: NativeData): void {
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

/** @throws RangeError if the values do not fit in one block. */
function checkedLength(shape: number[]): number {
  const length = util.sizeFromShape(shape);
  if (length * 4 <= largestBlock) return length;
  throw new RangeError(
    `shape must have at most ${largestBlock / 4} float32 values (onednn), got [${shape}], ${length * 4} bytes.`,
  );
}
