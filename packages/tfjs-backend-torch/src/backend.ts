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
import type { Aten, NativeType, NativeValues } from './native/aten.js';
import { type LoadedTorch, type TorchInfo, threadsOf } from './native/load-torch.js';
import type { TorchTensor } from './native/torch-tensor.js';
import { emptyValues, isNative, type NativeData, typed } from './native-data.js';

/** How tfjs names a tensor's data. */
type DataId = TensorInfo['dataId'];

/** The fewest values that are uploaded as soon as a tensor is made. Batches have more; most constants have fewer. */
const LARGE = 2 ** 16;

/** What the backend adds to `tf.memory()`. */
export interface TorchMemory {
  unreliable: boolean;
  reasons: string[];
  /** PyTorch's tensors that exist now. */
  torchTensors: number;
  /** The bytes of values that PyTorch holds for tensors of tfjs. */
  torchBytes: number;
  /** How often values have come back from the device, for a reader or for a kernel of tfjs's cpu backend. */
  downloads: number;
  /** The most values that came back at once. */
  largestDownload: number;
}

/**
 * tfjs's cpu backend, with values in PyTorch's tensors once a kernel of PyTorch has read or made them.
 *
 * Kernels that PyTorch does not replace see ordinary typed arrays: reading `values` copies them from the
 * device.
 */
export class TorchBackend extends MathBackendCPU {
  readonly aten: Aten;
  /** How often kernels of tfjs's cpu backend have run, by name. */
  readonly fallbacks: Map<string, number> = new Map();
  /** The most bytes that tensors may hold on the device. */
  memoryLimit: number;
  readonly #loaded: LoadedTorch;
  readonly #isEager: boolean;
  readonly #native = new WeakMap<DataId, NativeData>();
  #isDisposed = false;
  #bytes = 0;
  #downloads = 0;
  #largestDownload = 0;
  /** Frees tensors that became garbage without being disposed. */
  readonly #forgotten = new FinalizationRegistry<NativeData>((native) => this.#free(native));

  /**
   * @param isEager Whether the values of a large tensor are uploaded when it is made instead of when it is first used.
   *   The next batch then travels to a GPU while a step is computed.
   */
  constructor(
    loaded: LoadedTorch,
    memoryLimit: number = Number.POSITIVE_INFINITY,
    isEager: boolean = loaded.aten.device.kind !== 'cpu',
  ) {
    super();
    this.#isEager = isEager;
    this.memoryLimit = memoryLimit;
    Object.assign(this, { firstUse: false }); // silences the cpu backend's advice to install tfjs-node
    this.data = new DataStorage(this, { moveData });
    this.#loaded = loaded;
    this.aten = loaded.aten;
  }

  /** The PyTorch underneath, with the current number of threads. */
  get info(): TorchInfo {
    return { ...this.#loaded.info, threads: threadsOf(this.#loaded.api) };
  }

  /** PyTorch's C functions that set what is global, such as the number of threads. */
  get api(): LoadedTorch['api'] {
    return this.#loaded.api;
  }

  /** True inside a gradient tape, while a gradient may still be asked for. */
  get taped(): boolean {
    return engine().state.gradientDepth > 0;
  }

  /**
   * Makes a tensor of tfjs from the one that `body` returns; what else `body` made is deleted.
   *
   * @param body returns a new tensor with as many values as `shape` has, in any memory layout. It must not
   *   share memory with an input, whose values may later be changed in place.
   */
  compute(shape: number[], dtype: NativeType, body: (aten: Aten) => TorchTensor): TensorInfo {
    if (this.#isDisposed) throw new Error('The torch backend was removed.');
    this.#require(util.sizeFromShape(shape) * util.bytesPerElement(dtype));
    const tensor = this.aten.scope(() => this.aten.one('contiguous', [body(this.aten), 0]));
    return this.adopt(tensor, shape, dtype);
  }

  /** Makes a tensor of tfjs whose values are a contiguous tensor of PyTorch, which the backend frees. */
  adopt(tensor: TorchTensor, shape: number[], dtype: NativeType): TensorInfo {
    const length = util.sizeFromShape(shape);
    const dataId = this.#reserve(tensor, shape, dtype);
    this.#attach(dataId, tensor, length, dtype);
    return { dataId, shape, dtype };
  }

  override write(values: backend_util.BackendValues, shape: number[], dtype: DataType): DataId {
    const dataId = super.write(values, shape, dtype);
    if (!this.#isEager || values.length < LARGE || !isNative(dtype)) return dataId;
    try {
      this.#uploaded(dataId, shape);
    } catch (error) {
      super.disposeData(dataId);
      throw error;
    }
    return dataId;
  }

  /** PyTorch's tensor of a tensor's values, in the tensor's own shape; it belongs to `scope` or to the data. */
  tensor({ dataId, shape }: TensorInfo): TorchTensor {
    const { tensor } = this.#uploaded(dataId, shape);
    return this.aten.one('view', [tensor, shape]);
  }

  /** The tensor as convolutions and matrix products take it, in the tensor's own shape. */
  factor(info: TensorInfo): TorchTensor {
    if (!this.aten.narrows) return this.tensor(info);
    const narrow = this.form(info, 'narrowed', (aten, x) => aten.narrowed(x));
    return this.aten.one('view', [narrow, info.shape]);
  }

  /** The values in another form, which `make` makes of the tensor when it is first asked for; it belongs to the data. */
  form(info: TensorInfo, name: string, make: (aten: Aten, x: TorchTensor) => TorchTensor): TorchTensor {
    const native = this.#dataOf(info.dataId);
    native.forms ??= new Map();
    const known = native.forms.get(name);
    if (known) return known.tensor;
    const bytes = util.sizeFromShape(info.shape) * (this.aten.narrows ? 2 : 4);
    this.#require(bytes);
    const tensor = this.#alone(() => make(this.aten, this.tensor(info)));
    native.forms.set(name, { tensor, bytes });
    this.#bytes += bytes;
    return tensor;
  }

  /** Must be called after the values of a tensor were changed in place. */
  changed({ dataId }: TensorInfo): void {
    const native = this.#native.get(dataId);
    if (native) this.#forgetForms(native);
  }

  /** The single value of a tensor whose values are still in JavaScript. */
  knownScalar({ dataId }: TensorInfo): number | undefined {
    if (this.#native.get(dataId)?.tensor) return undefined;
    const { values, dtype } = this.data.get(dataId);
    return dtype === 'float32' || dtype === 'int32' ? Number(values?.[0]) : undefined;
  }

  /** Keeps the positions of MaxPool's maxima until the output is disposed. */
  keepMaxima({ dataId }: TensorInfo, key: string, positions: TorchTensor): void {
    const native = this.#dataOf(dataId);
    if (native.maxima) this.aten.delete(native.maxima.positions);
    native.maxima = { key, positions };
  }

  /** The positions that the pooling of that key found for this output. */
  maxima({ dataId }: TensorInfo, key: string): TorchTensor | undefined {
    const maxima = this.#native.get(dataId)?.maxima;
    return maxima?.key === key ? maxima.positions : undefined;
  }

  override readSync(dataId: DataId): backend_util.BackendValues {
    if (!this.data.has(dataId)) throw new Error('Tensor is disposed.');
    return super.readSync(dataId);
  }

  /** Waits for a GPU on another thread. On the CPU every value is there when its operation returns. */
  override async read(dataId: DataId): Promise<backend_util.BackendValues> {
    const tensor = this.data.has(dataId) ? this.#native.get(dataId)?.tensor : undefined;
    if (!tensor || this.aten.device.kind === 'cpu') return this.readSync(dataId);
    return this.#readLater(dataId, tensor);
  }

  async #readLater(dataId: DataId, tensor: TorchTensor): Promise<NativeValues> {
    const { dtype } = this.data.get(dataId);
    const length = (this.#native.get(dataId)?.bytes ?? 0) / util.bytesPerElement(dtype);
    const values = emptyValues(dtype as NativeType, length);
    this.#count(length);
    await this.aten.downloadLater(tensor, values, [length], dtype as NativeType);
    return values;
  }

  override disposeData(dataId: DataId, force = false): boolean {
    const native = this.#native.get(dataId);
    const disposed = super.disposeData(dataId, force);
    if (disposed && native) {
      this.#native.delete(dataId);
      this.#forgotten.unregister(dataId);
      this.#free(native);
    }
    return disposed;
  }

  override memory(): TorchMemory {
    return {
      unreliable: false,
      reasons: [],
      torchTensors: this.aten.live,
      torchBytes: this.#bytes,
      downloads: this.#downloads,
      largestDownload: this.#largestDownload,
    };
  }

  /** For `tf.removeBackend('torch')`. Tensors that are still alive can be read, moved and disposed. */
  override dispose(): void {
    this.#isDisposed = true;
    super.dispose();
  }

  /** @throws RangeError if the tensors would hold more than the limit with that many bytes more. */
  #require(bytes: number): void {
    if (this.#bytes + bytes <= this.memoryLimit) return;
    throw new RangeError(
      `Out of memory (torch): ${bytes} bytes were asked for; ${this.#bytes} are in use, ${this.memoryLimit} allowed (memoryLimit).`,
    );
  }

  /** The data of a new tensor; `write` may refuse it, if a memory limit was put in front of it. */
  #reserve(tensor: TorchTensor, shape: number[], dtype: NativeType): DataId {
    try {
      this.#require(util.sizeFromShape(shape) * util.bytesPerElement(dtype));
      return this.write(new Float32Array(0), shape, dtype);
    } catch (error) {
      this.aten.delete(tensor);
      throw error;
    }
  }

  #uploaded(dataId: DataId, shape: number[]): { tensor: TorchTensor } {
    const data = this.data.get(dataId);
    const native = this.#dataOf(dataId);
    if (native.tensor) return { tensor: native.tensor };
    if (!isNative(data.dtype)) throw new TypeError(`PyTorch cannot hold ${data.dtype} values (torch).`);
    const values = typed(data.values as ArrayLike<number>, data.dtype);
    const { dtype } = data;
    this.#require(values.byteLength);
    const tensor = this.#alone(() => this.aten.upload(values, shape, dtype));
    return this.#attach(dataId, tensor, util.sizeFromShape(shape), dtype);
  }

  /** Runs `make` outside of any scope, so that its result lives as long as the data. */
  #alone(make: () => TorchTensor): TorchTensor {
    return this.aten.outside(() => this.aten.scope(make));
  }

  /** Makes PyTorch's tensor the values of the data; `values` becomes a copy from the device. */
  #attach(dataId: DataId, tensor: TorchTensor, length: number, dtype: NativeType): { tensor: TorchTensor } {
    const native = this.#dataOf(dataId);
    native.tensor = tensor;
    native.bytes = length * util.bytesPerElement(dtype);
    this.#bytes += native.bytes;
    const get = (): NativeValues => {
      this.#count(length);
      const values = emptyValues(dtype, length);
      this.aten.download(tensor, values, [length], dtype);
      return values;
    };
    Object.defineProperty(this.data.get(dataId), 'values', { get, configurable: true, enumerable: true });
    return { tensor };
  }

  #count(values: number): void {
    this.#downloads++;
    this.#largestDownload = Math.max(this.#largestDownload, values);
  }

  #dataOf(dataId: DataId): NativeData {
    const known = this.#native.get(dataId);
    if (known) return known;
    const fresh: NativeData = { bytes: 0 };
    this.#native.set(dataId, fresh);
    this.#forgotten.register(dataId, fresh, dataId);
    return fresh;
  }

  #forgetForms({ forms }: NativeData): void {
    for (const { tensor, bytes } of forms?.values() ?? []) {
      this.#bytes -= bytes;
      this.aten.delete(tensor);
    }
    forms?.clear();
  }

  #free(native: NativeData): void {
    const { tensor, maxima, bytes } = native;
    this.#forgetForms(native);
    this.#bytes -= bytes;
    if (tensor) this.aten.delete(tensor);
    if (maxima) this.aten.delete(maxima.positions);
  }
}

/** Fetches data from the backend that holds it. @throws Error if the tensor was used after `dispose`. */
const moveData: DataMover['moveData'] = (backend, dataId) => {
  if (!engine().state.tensorInfo.has(dataId)) throw new Error('Tensor is disposed.');
  engine().moveData(backend, dataId);
};
