import { TorchError } from '../library/torch-error.js';
import type { MemoryCopy, OptionalTorchApi, Out, Status, TorchApi } from './c-abi.js';
import type { TorchDevice } from './device.js';
import type { Precision } from './precision.js';
import { type Argument, Float, Some, some, TorchTensor } from './torch-tensor.js';

/** The version of PyTorch whose operator schemas this package was written for, as the C ABI encodes it. */
const builtFor = (2n << 56n) | (10n << 48n);

/** PyTorch's numbers of types, `c10::ScalarType::Long` and `Double`. */
const int64 = 4;
const float64 = 7;

/** tfjs's types that PyTorch holds as they are. */
export type NativeType = 'float32' | 'int32' | 'bool';
/** The values of a native tensor. */
export type NativeValues = Float32Array | Int32Array | Uint8Array;

/**
 * PyTorch's operators on one device. Every tensor is made inside `scope`, which deletes all but its result;
 * so an operator's intermediate tensors cannot leak, also if a later one fails.
 */
export class Aten {
  readonly device: TorchDevice;
  readonly #live = new Set<TorchTensor>();
  readonly #api: TorchApi & OptionalTorchApi;
  readonly #copy: MemoryCopy;
  readonly #dtypes: Record<NativeType, number>;
  /** Whether convolutions and matrix products round their inputs to bfloat16. */
  readonly #narrows: boolean;
  readonly #scopes: TorchTensor[][] = [];
  readonly #bits = new BigUint64Array(1);
  readonly #asFloat: Float64Array = new Float64Array(this.#bits.buffer);
  readonly #asInt: BigInt64Array = new BigInt64Array(this.#bits.buffer);

  constructor(
    api: TorchApi & OptionalTorchApi,
    copy: MemoryCopy,
    device: TorchDevice,
    precision: Precision = 'float32',
  ) {
    this.#narrows = precision === 'bfloat16';
    this.#api = api;
    this.#copy = copy;
    this.device = device;
    this.#dtypes = { float32: api.dtypeFloat32(), int32: api.dtypeInt32(), bool: api.dtypeBool() };
  }

  /** The number of tensors that exist. */
  get live(): number {
    return this.#live.size;
  }

  /** Deletes every tensor, when nothing can use them any more. */
  deleteAll(): void {
    for (const tensor of [...this.#live]) this.delete(tensor);
  }

  /** Runs `body` and deletes every tensor that it made, except those it returns. */
  scope<Result extends TorchTensor | readonly TorchTensor[] | undefined>(body: () => Result): Result {
    const made: TorchTensor[] = [];
    this.#scopes.push(made);
    let kept: readonly TorchTensor[] = [];
    try {
      const result = body();
      if (result) kept = result instanceof TorchTensor ? [result] : result;
      return result;
    } finally {
      this.#scopes.pop();
      for (const tensor of made) {
        if (!kept.includes(tensor)) this.delete(tensor);
        else this.#scopes.at(-1)?.push(tensor);
      }
    }
  }

  /** Runs `body` as if no scope were open, so that its result outlives them. */
  outside<Result>(body: () => Result): Result {
    const open = this.#scopes.splice(0);
    try {
      return body();
    } finally {
      this.#scopes.unshift(...open);
    }
  }

  /** Calls an operator, 'add.Tensor', that has one result. */
  one(name: string, args: readonly Argument[]): TorchTensor {
    const [result] = this.call(name, args, 1);
    if (!result) throw new TorchError(`aten::${name}`, 'it has no result');
    return result;
  }

  /** Calls an operator with that many results; one that works in place has none of interest. */
  call(name: string, args: readonly Argument[], results: number): TorchTensor[] {
    const stack = new BigUint64Array(Math.max(args.length, results));
    args.forEach((argument, i) => {
      stack[i] = this.#encode(argument);
    });
    const [base = '', overload = ''] = name.split('.');
    const status = this.#api.callDispatcher(`aten::${base}`, overload, stack, builtFor);
    this.#check(`aten::${name}`, status);
    return Array.from(stack.subarray(0, results), (address) => this.#own(Number(address)));
  }

  /**
   * a + factor * b of float32 tensors, broadcast. The operator `add` itself needs a Scalar, which the
   * dispatcher's C ABI cannot pass.
   */
  add(a: TorchTensor, b: TorchTensor, factor = 1): TorchTensor {
    return this.#made('aten::subtract', (out) => this.#api.subtract(a.address, b.address, -factor, out));
  }

  /** a + factor * b of int32 tensors, broadcast, modulo 2^32: in float64, which holds every such sum. */
  addInts(a: TorchTensor, b: TorchTensor, factor: 1 | -1): TorchTensor {
    const wide = (x: TorchTensor): TorchTensor => this.one('to.dtype', [x, float64, false, false, null]);
    return this.to(this.add(wide(a), wide(b), factor), 'int32');
  }

  /**
   * Values of another type. Numbers become int32 as in JavaScript: modulo 2^32, and 0 where they are not
   * finite.
   */
  to(x: TorchTensor, dtype: NativeType): TorchTensor {
    const convert = (from: TorchTensor, code: number): TorchTensor =>
      this.one('to.dtype', [from, code, false, true, null]);
    if (dtype !== 'int32') return convert(x, this.#dtypes[dtype]);
    const zero = some(new Float(0));
    return convert(convert(this.one('nan_to_num', [x, zero, zero, zero]), int64), this.#dtypes.int32);
  }

  /** True if convolutions and matrix products take values of less precision than float32. */
  get narrows(): boolean {
    return this.#narrows;
  }

  /** x as convolutions and matrix products take it: rounded to bfloat16, or as it is. */
  narrowed(x: TorchTensor): TorchTensor {
    return this.#narrows ? this.one('to.dtype', [x, this.#api.dtypeBfloat16(), false, false, null]) : x;
  }

  /** A result of such an operation as float32. */
  widened(y: TorchTensor): TorchTensor {
    return this.#narrows ? this.one('to.dtype', [y, this.#dtypes.float32, false, false, null]) : y;
  }

  /** PyTorch's number of a type. */
  dtypeOf(dtype: NativeType): number {
    return this.#dtypes[dtype];
  }

  /** A tensor of rank 0, for operators that otherwise need a Scalar. It lives on the CPU on every device. */
  scalar(value: number, dtype: 'float32' | 'int32' = 'float32'): TorchTensor {
    const make = dtype === 'int32' ? this.#api.intScalarTensor : this.#api.scalarTensor;
    return this.#made('scalar_tensor', (out) => make(value, out));
  }

  /** Adds values around a tensor: [before, after] for the last dimension first, as in PyTorch. */
  pad(x: TorchTensor, amounts: readonly number[], value: number): TorchTensor {
    const pads = BigInt64Array.from(amounts, BigInt);
    return this.#made('aten::pad', (out) =>
      this.#api.pad(x.address, pads, amounts.length, 'constant', Float64Array.of(value), out),
    );
  }

  /** A contiguous tensor of one value. */
  full(shape: readonly number[], value: number, dtype: NativeType): TorchTensor {
    const tensor = this.empty(shape, dtype);
    this.#check('aten::fill_', this.#api.fill(tensor.address, value));
    return tensor;
  }

  /** A contiguous tensor whose values are not set. */
  empty(shape: readonly number[], dtype: NativeType, device: 'cpu' | 'own' = 'own'): TorchTensor {
    const sizes = BigInt64Array.from(shape, BigInt);
    const [type, index] =
      device === 'cpu' ? [this.#api.deviceTypeCpu(), -1] : [this.#deviceType(), this.device.index];
    return this.#made('aten::empty_strided', (out) =>
      this.#api.emptyStrided(shape.length, sizes, rowMajor(shape), this.#dtypes[dtype], type, index, out),
    );
  }

  /**
   * A tensor in the host's memory, with arbitrary values. Pinned memory can be copied to a GPU while the host goes on.
   * PyTorch keeps the memory until the copy is done, even if the tensor is deleted earlier.
   *
   * @throws TorchError if memory cannot be pinned, as on a machine without a GPU.
   */
  onHost(shape: readonly number[], dtype: NativeType, isPinned: boolean): TorchTensor {
    const type = some(this.#dtypes[dtype]);
    return this.one('empty.memory_format', [shape, type, null, null, some(isPinned), null]);
  }

  /** Copies values to the device. With pinned memory the call returns before the copy is finished. */
  upload(values: NativeValues, shape: readonly number[], dtype: NativeType): TorchTensor {
    const { kind } = this.device;
    const isPinned = kind === 'cuda' || kind === 'xpu';
    const onCpu = isPinned ? this.onHost(shape, dtype, true) : this.empty(shape, dtype, 'cpu');
    if (values.byteLength > 0) this.#copy.toNative(this.#pointer(onCpu), values, values.byteLength);
    if (kind === 'cpu') return onCpu;
    const tensor = this.empty(shape, dtype);
    this.copyInto(tensor, onCpu, isPinned);
    return tensor;
  }

  /** Copies the values of a contiguous tensor from the device into `values`. */
  download(tensor: TorchTensor, values: NativeValues, shape: readonly number[], dtype: NativeType): void {
    if (values.byteLength === 0) return;
    this.scope(() => {
      let source = tensor;
      if (this.device.kind !== 'cpu') {
        source = this.empty(shape, dtype, 'cpu');
        this.copyInto(source, tensor);
      }
      this.#copy.fromNative(values, this.#pointer(source), values.byteLength);
      return undefined;
    });
  }

  /**
   * Like `download`, but waits for the device on another thread. The tensor may be deleted meanwhile.
   *
   * @throws TorchError through the promise.
   */
  async downloadLater(
    tensor: TorchTensor,
    values: NativeValues,
    shape: readonly number[],
    dtype: NativeType,
  ): Promise<void> {
    if (values.byteLength === 0) return;
    const [kept, source] = this.outside(
      () => [this.#again(tensor), this.empty(shape, dtype, 'cpu')] as const,
    );
    try {
      const status = await this.#api.copyLater(source.address, kept.address, 0);
      this.#check('aten::copy_', status);
      this.#copy.fromNative(values, this.#pointer(source), values.byteLength);
    } finally {
      this.delete(kept);
      this.delete(source);
    }
  }

  /** Another handle of the same tensor. */
  #again({ address }: TorchTensor): TorchTensor {
    return this.#made('new_tensor_handle', (out) => this.#api.newTensorHandle(address, out));
  }

  /**
   * Copies one tensor's values into another's, across devices, and returns when they are there. If `isLater`, it only
   * queues the copy on the device, before every operation that follows.
   */
  copyInto(target: TorchTensor, source: TorchTensor, isLater = false): void {
    this.#check('aten::copy_', this.#api.copyInto(target.address, source.address, isLater ? 1 : 0));
  }

  /** The shape of a tensor. */
  shapeOf({ address }: TorchTensor): number[] {
    const number = (get: (out: Out) => Status): number => {
      const out: Out = [0];
      this.#check('sizes', get(out));
      return Number(out[0]);
    };
    const rank = number((out) => this.#api.rank(address, out));
    return Array.from({ length: rank }, (_, d) => number((out) => this.#api.size(address, d, out)));
  }

  /** @throws Error if the tensor has been deleted already. */
  delete(tensor: TorchTensor): void {
    if (tensor.isDeleted) throw new Error('A PyTorch tensor was deleted twice.');
    tensor.isDeleted = true;
    this.#live.delete(tensor);
    this.#api.deleteTensor(tensor.address);
  }

  #pointer({ address }: TorchTensor): number {
    const out: Out = [0];
    this.#check('data_ptr', this.#api.dataPointer(address, out));
    return Number(out[0]);
  }

  #deviceType(): number {
    const { deviceTypeCpu, deviceTypeCuda, deviceTypeMps, deviceTypeXpu } = this.#api;
    const types = { cpu: deviceTypeCpu, cuda: deviceTypeCuda, mps: deviceTypeMps, xpu: deviceTypeXpu };
    return types[this.device.kind]();
  }

  #made(operation: string, make: (out: Out) => Status): TorchTensor {
    const out: Out = [0];
    this.#check(operation, make(out));
    return this.#own(Number(out[0]));
  }

  #own(address: number): TorchTensor {
    const tensor = new TorchTensor(address);
    this.#live.add(tensor);
    this.#scopes.at(-1)?.push(tensor);
    return tensor;
  }

  /** An argument as the 64 bits that the dispatcher reads; it takes what handles refer to. */
  #encode(argument: Argument): bigint {
    if (argument === null) return 0n;
    if (typeof argument === 'boolean') return argument ? 1n : 0n;
    if (typeof argument === 'number') return this.#int(argument);
    if (argument instanceof Float) {
      this.#asFloat[0] = argument.value;
      return this.#bits[0] ?? 0n;
    }
    if (argument instanceof TorchTensor) {
      return this.#handle('new_tensor_handle', (out) => this.#api.newTensorHandle(argument.address, out));
    }
    return argument instanceof Some ? this.#optional(argument.value) : this.#list(argument);
  }

  #int(value: number): bigint {
    this.#asInt[0] = BigInt(value);
    return this.#bits[0] ?? 0n;
  }

  #list(items: readonly Argument[]): bigint {
    const list = this.#handle('new_list', (out) => this.#api.newList(items.length, out));
    for (const item of items) this.#check('list', this.#api.pushToList(Number(list), this.#encode(item)));
    return list;
  }

  #optional(value: Argument): bigint {
    const encoded = this.#encode(value);
    const pointer = this.#api.operatorNew(8);
    this.#copy.value(pointer, BigUint64Array.of(encoded), 8);
    return BigInt(pointer);
  }

  #handle(operation: string, make: (out: Out) => Status): bigint {
    const out: Out = [0];
    this.#check(operation, make(out));
    return BigInt(out[0]);
  }

  #check(operation: string, status: Status): void {
    if (status === 0) return;
    const text = this.#api.errorText?.().split('\n')[0]?.trim();
    throw new TorchError(operation, text || 'the reason is on stderr (PyTorch 2.13 and later return it).');
  }
}

function rowMajor(shape: readonly number[]): BigInt64Array {
  const strides = new BigInt64Array(shape.length);
  let stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = BigInt(stride);
    stride *= shape[i] ?? 1;
  }
  return strides;
}
