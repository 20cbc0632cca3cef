import type { LibraryHandle } from 'koffi';

/** An address in native memory. */
export type Address = bigint;
/** A C struct that this side owns: a descriptor, an argument list. */
export type Struct = Uint8Array;
/** Where a C function leaves a handle: an array of one. */
export type Out = [Address | null];

type Status = number;

/** The part of oneDNN 2.6's C API that the backend calls, and two functions of OpenMP. */
export interface OneDnnApi {
  engineCreate(engine: Out, kind: number, index: number): Status;
  engineDestroy(engine: Address): Status;
  streamCreate(stream: Out, engine: Address, flags: number): Status;
  streamDestroy(stream: Address): Status;
  memoryDescriptorByTag(md: Struct, rank: number, dims: BigInt64Array, type: number, tag: number): Status;
  memoryDescriptorByStrides(
    md: Struct,
    rank: number,
    dims: BigInt64Array,
    type: number,
    strides: BigInt64Array,
  ): Status;
  memoryDescriptorSize(md: Struct): number | bigint;
  memoryDescriptorEqual(a: Struct, b: Struct): number;
  memoryCreate(memory: Out, md: Struct, engine: Address, handle: Address): Status;
  memorySetDataHandle(memory: Address, handle: Address): Status;
  memoryDestroy(memory: Address): Status;
  primitiveDescriptorCreate(
    descriptor: Out,
    operation: Struct,
    attributes: Address | null,
    engine: Address,
    forwardHint: Address | null,
  ): Status;
  primitiveDescriptorQueryMemory(descriptor: Address, what: number, index: number): Address | null;
  primitiveDescriptorDestroy(descriptor: Address): Status;
  primitiveCreate(primitive: Out, descriptor: Address): Status;
  primitiveExecute(primitive: Address, stream: Address, count: number, args: Struct): Status;
  primitiveDestroy(primitive: Address): Status;
  attributesCreate(attributes: Out): Status;
  attributesSetPostOps(attributes: Address, postOps: Address): Status;
  attributesDestroy(attributes: Address): Status;
  postOpsCreate(postOps: Out): Status;
  postOpsAppendEltwise(postOps: Address, scale: number, kind: number, alpha: number, beta: number): Status;
  postOpsAppendBinary(postOps: Address, kind: number, operand: Struct): Status;
  postOpsDestroy(postOps: Address): Status;
  convolutionForward(
    operation: Struct,
    propagation: number,
    kind: number,
    source: Struct,
    weights: Struct,
    bias: Struct | null,
    destination: Struct,
    strides: BigInt64Array,
    dilates: BigInt64Array,
    padBefore: BigInt64Array,
    padAfter: BigInt64Array,
  ): Status;
  convolutionBackwardData(
    operation: Struct,
    kind: number,
    diffSource: Struct,
    weights: Struct,
    diffDestination: Struct,
    strides: BigInt64Array,
    dilates: BigInt64Array,
    padBefore: BigInt64Array,
    padAfter: BigInt64Array,
  ): Status;
  convolutionBackwardWeights(
    operation: Struct,
    kind: number,
    source: Struct,
    diffWeights: Struct,
    diffBias: Struct | null,
    diffDestination: Struct,
    strides: BigInt64Array,
    dilates: BigInt64Array,
    padBefore: BigInt64Array,
    padAfter: BigInt64Array,
  ): Status;
  poolingForward(
    operation: Struct,
    propagation: number,
    kind: number,
    source: Struct,
    destination: Struct,
    strides: BigInt64Array,
    kernel: BigInt64Array,
    padBefore: BigInt64Array,
    padAfter: BigInt64Array,
  ): Status;
  poolingBackward(
    operation: Struct,
    kind: number,
    diffSource: Struct,
    diffDestination: Struct,
    strides: BigInt64Array,
    kernel: BigInt64Array,
    padBefore: BigInt64Array,
    padAfter: BigInt64Array,
  ): Status;
  lrnForward(
    operation: Struct,
    propagation: number,
    kind: number,
    data: Struct,
    size: number,
    alpha: number,
    beta: number,
    k: number,
  ): Status;
  lrnBackward(
    operation: Struct,
    kind: number,
    diffData: Struct,
    data: Struct,
    size: number,
    alpha: number,
    beta: number,
    k: number,
  ): Status;
  eltwiseForward(
    operation: Struct,
    propagation: number,
    kind: number,
    data: Struct,
    alpha: number,
    beta: number,
  ): Status;
  eltwiseBackward(
    operation: Struct,
    kind: number,
    diffData: Struct,
    data: Struct,
    alpha: number,
    beta: number,
  ): Status;
  matmul(operation: Struct, a: Struct, b: Struct, bias: Struct | null, destination: Struct): Status;
  binary(operation: Struct, kind: number, a: Struct, b: Struct, destination: Struct): Status;
  reorderDescriptorCreate(
    descriptor: Out,
    from: Struct,
    fromEngine: Address,
    to: Struct,
    toEngine: Address,
    attributes: Address | null,
  ): Status;
  sumDescriptorCreate(
    descriptor: Out,
    destination: Struct,
    count: number,
    scales: Float32Array,
    sources: Struct,
    attributes: Address | null,
    engine: Address,
  ): Status;
  effectiveCpuIsa(): number;
  /** Found through libdnnl's own dependencies, so it is the copy of OpenMP that oneDNN runs on. */
  ompGetMaxThreads(): number;
  ompSetNumThreads(threads: number): void;
}

const windowDims = 'void* strides, void* dilates, void* padBefore, void* padAfter';
const poolDims = 'void* strides, void* kernel, void* padBefore, void* padAfter';

const prototypes: Record<keyof OneDnnApi, string> = {
  engineCreate: 'int dnnl_engine_create(_Out_ void** e, int kind, size_t index)',
  engineDestroy: 'int dnnl_engine_destroy(void* e)',
  streamCreate: 'int dnnl_stream_create(_Out_ void** s, void* e, uint flags)',
  streamDestroy: 'int dnnl_stream_destroy(void* s)',
  memoryDescriptorByTag: 'int dnnl_memory_desc_init_by_tag(void* md, int n, void* dims, int type, int tag)',
  memoryDescriptorByStrides:
    'int dnnl_memory_desc_init_by_strides(void* md, int n, void* dims, int type, void* strides)',
  memoryDescriptorSize: 'size_t dnnl_memory_desc_get_size(void* md)',
  memoryDescriptorEqual: 'int dnnl_memory_desc_equal(void* a, void* b)',
  memoryCreate: 'int dnnl_memory_create(_Out_ void** m, void* md, void* e, void* handle)',
  memorySetDataHandle: 'int dnnl_memory_set_data_handle(void* m, void* handle)',
  memoryDestroy: 'int dnnl_memory_destroy(void* m)',
  primitiveDescriptorCreate:
    'int dnnl_primitive_desc_create(_Out_ void** pd, void* op, void* attr, void* e, void* hint)',
  primitiveDescriptorQueryMemory: 'void* dnnl_primitive_desc_query_md(void* pd, int what, int index)',
  primitiveDescriptorDestroy: 'int dnnl_primitive_desc_destroy(void* pd)',
  primitiveCreate: 'int dnnl_primitive_create(_Out_ void** p, void* pd)',
  primitiveExecute: 'int dnnl_primitive_execute(void* p, void* stream, int n, void* args)',
  primitiveDestroy: 'int dnnl_primitive_destroy(void* p)',
  attributesCreate: 'int dnnl_primitive_attr_create(_Out_ void** attr)',
  attributesSetPostOps: 'int dnnl_primitive_attr_set_post_ops(void* attr, void* ops)',
  attributesDestroy: 'int dnnl_primitive_attr_destroy(void* attr)',
  postOpsCreate: 'int dnnl_post_ops_create(_Out_ void** ops)',
  postOpsAppendEltwise:
    'int dnnl_post_ops_append_eltwise(void* ops, float scale, int kind, float alpha, float beta)',
  postOpsAppendBinary: 'int dnnl_post_ops_append_binary(void* ops, int kind, void* md)',
  postOpsDestroy: 'int dnnl_post_ops_destroy(void* ops)',
  convolutionForward: `int dnnl_dilated_convolution_forward_desc_init(void* op, int prop, int kind, void* src, void* weights, void* bias, void* dst, ${windowDims})`,
  convolutionBackwardData: `int dnnl_dilated_convolution_backward_data_desc_init(void* op, int kind, void* dsrc, void* weights, void* ddst, ${windowDims})`,
  convolutionBackwardWeights: `int dnnl_dilated_convolution_backward_weights_desc_init(void* op, int kind, void* src, void* dweights, void* dbias, void* ddst, ${windowDims})`,
  poolingForward: `int dnnl_pooling_forward_desc_init(void* op, int prop, int kind, void* src, void* dst, ${poolDims})`,
  poolingBackward: `int dnnl_pooling_backward_desc_init(void* op, int kind, void* dsrc, void* ddst, ${poolDims})`,
  lrnForward:
    'int dnnl_lrn_forward_desc_init(void* op, int prop, int kind, void* md, int64_t size, float alpha, float beta, float k)',
  lrnBackward:
    'int dnnl_lrn_backward_desc_init(void* op, int kind, void* dmd, void* md, int64_t size, float alpha, float beta, float k)',
  eltwiseForward:
    'int dnnl_eltwise_forward_desc_init(void* op, int prop, int kind, void* md, float alpha, float beta)',
  eltwiseBackward:
    'int dnnl_eltwise_backward_desc_init(void* op, int kind, void* dmd, void* md, float alpha, float beta)',
  matmul: 'int dnnl_matmul_desc_init(void* op, void* a, void* b, void* bias, void* dst)',
  binary: 'int dnnl_binary_desc_init(void* op, int kind, void* a, void* b, void* dst)',
  reorderDescriptorCreate:
    'int dnnl_reorder_primitive_desc_create(_Out_ void** pd, void* src, void* se, void* dst, void* de, void* attr)',
  sumDescriptorCreate:
    'int dnnl_sum_primitive_desc_create(_Out_ void** pd, void* dst, int n, void* scales, void* srcs, void* attr, void* e)',
  effectiveCpuIsa: 'int dnnl_get_effective_cpu_isa()',
  ompGetMaxThreads: 'int omp_get_max_threads()',
  ompSetNumThreads: 'void omp_set_num_threads(int n)',
};

/**
 * Binds every function of `OneDnnApi` in a loaded library.
 *
 * @throws Error from koffi if the library lacks one.
 */
export function bindOneDnn(library: LibraryHandle): OneDnnApi {
  const bound = Object.entries(prototypes).map(([name, prototype]) => [name, library.func(prototype)]);
  return Object.fromEntries(bound) as OneDnnApi;
}
