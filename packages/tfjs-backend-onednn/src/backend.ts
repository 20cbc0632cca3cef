import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { type backend_util, type DataType, engine, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { Address } from './library/c-api.js';
import type { LoadedOneDnn, OneDnnInfo } from './library/load-onednn.js';
import { type Block, MemoryPool } from './memory-pool.js';
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

/** What `tf.memory()` adds on this backend. */
export interface OneDnnMemory {
  unreliable: boolean;
  reasons: string[];
  /** Native bytes of live tensors and workspaces. */
  poolLiveBytes: number;
  poolPeakBytes: number;
  /** Native bytes held, those kept for the next tensors included. */
  poolBytes: number;
  /** Compiled operations kept. */
  plans: number;
}

/**
 * tfjs's cpu backend with values in native memory where a oneDNN kernel read or wrote them.
 *
 * Kernels that are not overridden see ordinary typed arrays, views of that memory.
 */
export class OneDnnBackend extends MathBackendCPU {
  info: OneDnnInfo;
  readonly native: NativeEngine;
  readonly pool: MemoryPool;
  readonly #plans = new PrimitiveCache();
  readonly #nativeData = new WeakMap<DataId, NativeData>();
  readonly #pooled = new WeakSet<ArrayBufferLike>();

  constructor({ native, info }: LoadedOneDnn) {
    super();
    Object.assign(this, { firstUse: false }); // silences the cpu backend's advice to install tfjs-node
    this.info = info;
    this.native = native;
    this.pool = new MemoryPool(systemMemory());
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
    const length = util.sizeFromShape(shape);
    const block = this.pool.allocate(length * 4);
    try {
      const values = this.#view(block, length);
      fill(block.address, values);
      const dataId = super.write(values, shape, 'float32');
      this.#nativeData.set(dataId, { block });
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
      for (const block of [native.block, native.converted, native.workspace?.block]) {
        if (block) this.pool.release(block);
      }
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
      plans: this.#plans.size,
    };
  }

  override dispose(): void {
    this.#plans.clear();
    this.pool.trim();
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
    return fresh;
  }
}
