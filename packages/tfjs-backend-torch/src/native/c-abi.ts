import koffi, { type LibraryHandle } from 'koffi';

/** `AOTITorchError`: 0, or the call failed. */
export type Status = number;
/** An array of one element in which a C function returns a handle or a number. */
export type Out = [number];
/** The address of a C++ object, such as an `at::Tensor`; user space has 47 bits, so a number holds it. */
export type Address = number;

/** The part of PyTorch's stable C ABI that this package calls. */
export interface TorchApi {
  callDispatcher(name: string, overload: string, stack: BigUint64Array, version: bigint): Status;
  newTensorHandle(tensor: Address, copy: Out): Status;
  deleteTensor(tensor: Address): Status;
  newList(size: number, list: Out): Status;
  pushToList(list: Address, value: bigint): Status;
  /** Sizes and strides are int64 arrays; the index of the CPU is -1. */
  emptyStrided(
    rank: number,
    sizes: BigInt64Array,
    strides: BigInt64Array,
    dtype: number,
    deviceType: number,
    deviceIndex: number,
    tensor: Out,
  ): Status;
  dataPointer(tensor: Address, pointer: Out): Status;
  rank(tensor: Address, rank: Out): Status;
  size(tensor: Address, dimension: number, size: Out): Status;
  copyInto(target: Address, source: Address, nonBlocking: number): Status;
  /** The same, on a thread of libuv's pool. */
  copyLater(target: Address, source: Address, nonBlocking: number): Promise<Status>;
  subtract(a: Address, b: Address, alpha: number, result: Out): Status;
  fill(tensor: Address, value: number): Status;
  pad(
    tensor: Address,
    amounts: BigInt64Array,
    count: number,
    mode: string,
    value: Float64Array,
    result: Out,
  ): Status;
  scalarTensor(value: number, result: Out): Status;
  intScalarTensor(value: number, result: Out): Status;
  setGradientMode(enabled: boolean): void;
  threads(count: Out): Status;
  dtypeFloat32(): number;
  dtypeInt32(): number;
  dtypeBool(): number;
  dtypeBfloat16(): number;
  deviceTypeCpu(): number;
  deviceTypeCuda(): number;
  deviceTypeMps(): number;
  deviceTypeXpu(): number;
  /** C++'s `operator new`, which allocates what PyTorch deletes. */
  operatorNew(bytes: number): bigint;
}

/** Functions that not every version exports. */
export interface OptionalTorchApi {
  /** Since 2.13; before that PyTorch prints the text on stderr and keeps nothing. */
  errorText?: () => string;
  /** Not in the stable ABI, but with this C++ name in every version since 1.5. */
  setThreads?: (count: number) => void;
  /** `at::globalContext()`, whose settings hold for the process. Like `setThreads`, by their C++ names. */
  globalContext?: () => bigint;
  setTf32OfConvolutions?: (context: bigint, isAllowed: boolean) => void;
  setTf32OfProducts?: (context: bigint, isAllowed: boolean) => void;
  tf32OfProducts?: (context: bigint) => boolean;
}

const prototypes: Record<Exclude<keyof TorchApi, 'copyLater'>, string> = {
  callDispatcher:
    'int torch_call_dispatcher(const char* name, const char* overload, void* stack, uint64_t v)',
  newTensorHandle: 'int aoti_torch_new_tensor_handle(uint64_t t, _Out_ uint64_t* out)',
  deleteTensor: 'int aoti_torch_delete_tensor_object(uint64_t t)',
  newList: 'int torch_new_list_reserve_size(size_t n, _Out_ uint64_t* out)',
  pushToList: 'int torch_list_push_back(uint64_t list, uint64_t value)',
  emptyStrided:
    'int aoti_torch_empty_strided(int64_t n, void* sizes, void* strides, int dtype, int type, int index, _Out_ uint64_t* out)',
  dataPointer: 'int aoti_torch_get_data_ptr(uint64_t t, _Out_ uint64_t* out)',
  rank: 'int aoti_torch_get_dim(uint64_t t, _Out_ int64_t* out)',
  size: 'int aoti_torch_get_size(uint64_t t, int64_t d, _Out_ int64_t* out)',
  copyInto: 'int aoti_torch_copy_(uint64_t to, uint64_t from, int nonBlocking)',
  subtract: 'int aoti_torch_aten_subtract_Tensor(uint64_t a, uint64_t b, double alpha, _Out_ uint64_t* out)',
  fill: 'int aoti_torch_aten_fill__Scalar(uint64_t t, double value)',
  pad: 'int aoti_torch_aten_pad(uint64_t t, void* pads, int64_t n, const char* mode, void* value, _Out_ uint64_t* out)',
  scalarTensor: 'int aoti_torch_scalar_to_tensor_float32(float value, _Out_ uint64_t* out)',
  intScalarTensor: 'int aoti_torch_scalar_to_tensor_int32(int32_t value, _Out_ uint64_t* out)',
  setGradientMode: 'void aoti_torch_grad_mode_set_enabled(bool enabled)',
  threads: 'int torch_get_num_threads(_Out_ uint32_t* out)',
  dtypeFloat32: 'int aoti_torch_dtype_float32()',
  dtypeInt32: 'int aoti_torch_dtype_int32()',
  dtypeBool: 'int aoti_torch_dtype_bool()',
  dtypeBfloat16: 'int aoti_torch_dtype_bfloat16()',
  deviceTypeCpu: 'int aoti_torch_device_type_cpu()',
  deviceTypeCuda: 'int aoti_torch_device_type_cuda()',
  deviceTypeMps: 'int aoti_torch_device_type_mps()',
  deviceTypeXpu: 'int aoti_torch_device_type_xpu()',
  operatorNew: 'void* _Znwm(size_t bytes)',
};

const optionalPrototypes: Record<keyof OptionalTorchApi, string> = {
  errorText: 'const char* torch_exception_get_what_without_backtrace()',
  setThreads: 'void _ZN2at15set_num_threadsEi(int count)',
  globalContext: 'void* _ZN2at13globalContextEv()',
  setTf32OfConvolutions: 'void _ZN2at7Context17setAllowTF32CuDNNEb(void* context, bool isAllowed)',
  setTf32OfProducts: 'void _ZN2at7Context18setAllowTF32CuBLASEb(void* context, bool isAllowed)',
  tf32OfProducts: 'bool _ZNK2at7Context15allowTF32CuBLASEv(void* context)',
};

/**
 * Binds the C ABI in a loaded libtorch_cpu.
 *
 * @throws Error that names the function that the library lacks.
 */
export function bindTorch(library: LibraryHandle): TorchApi & OptionalTorchApi {
  const bound = Object.entries(prototypes).map(([name, prototype]) => [name, library.func(prototype)]);
  const optional = Object.entries(optionalPrototypes).flatMap(([name, prototype]) => {
    try {
      return [[name, library.func(prototype)]];
    } catch {
      return []; // an older version; what depends on it says so
    }
  });
  const api = Object.fromEntries([...bound, ...optional]) as TorchApi & OptionalTorchApi;
  return { ...api, copyLater: promised(library.func(prototypes.copyInto)) };
}

/** A C function that is called on another thread. */
function promised(func: ReturnType<LibraryHandle['func']>): TorchApi['copyLater'] {
  return (...args) =>
    new Promise((resolve, reject) => {
      func.async(...args, (error: Error | null, status: Status) => (error ? reject(error) : resolve(status)));
    });
}

/** Copies between JavaScript's arrays and native memory. */
export interface MemoryCopy {
  toNative(to: Address, from: ArrayBufferView, bytes: number): unknown;
  fromNative(to: ArrayBufferView, from: Address, bytes: number): unknown;
  /** Writes one 64-bit value to an address. */
  value(to: bigint, from: BigUint64Array, bytes: number): unknown;
}

/** The system's memcpy, bound for each direction. */
export function bindMemoryCopy(): MemoryCopy {
  const library = koffi.load(process.platform === 'darwin' ? '/usr/lib/libSystem.B.dylib' : 'libc.so.6');
  return {
    toNative: library.func('void* memcpy(uint64_t to, const void* from, size_t n)'),
    fromNative: library.func('void* memcpy(void* to, uint64_t from, size_t n)'),
    value: library.func('void* memcpy(void* to, const void* from, size_t n)'),
  };
}
