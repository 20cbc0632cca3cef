import type { LibraryHandle } from 'koffi';

/** An address in native memory. */
export type Address = bigint;
/** A C struct that the caller owns, such as a descriptor or an argument list. */
export type Struct = Uint8Array;
/** An array of one element in which a C function returns a handle. */
export type Out = [Address | null];
/** A memory descriptor: the struct itself (oneDNN 2) or its address (both versions). */
export type MemoryDescriptor = Struct | Address;
/** `dnnl_status_t`. */
export type Status = number;

/** The part of oneDNN's C API that versions 2 and 3 share, and three functions of OpenMP. */
export interface OneDnnApi {
  engineCreate(engine: Out, kind: number, index: number): Status;
  engineDestroy(engine: Address): Status;
  streamCreate(stream: Out, engine: Address, flags: number): Status;
  streamDestroy(stream: Address): Status;
  memoryDescriptorSize(md: MemoryDescriptor): number | bigint;
  memoryDescriptorEqual(a: MemoryDescriptor, b: MemoryDescriptor): number;
  memoryCreate(memory: Out, md: MemoryDescriptor, engine: Address, handle: Address): Status;
  memorySetDataHandle(memory: Address, handle: Address): Status;
  memoryDestroy(memory: Address): Status;
  primitiveDescriptorQueryMemory(descriptor: Address, what: number, index: number): Address | null;
  primitiveDescriptorQueryText(
    descriptor: Address,
    what: number,
    index: number,
    text: [string | null],
  ): Status;
  primitiveDescriptorDestroy(descriptor: Address): Status;
  primitiveCreate(primitive: Out, descriptor: Address): Status;
  primitiveExecute(primitive: Address, stream: Address, count: number, args: Struct): Status;
  primitiveDestroy(primitive: Address): Status;
  attributesCreate(attributes: Out): Status;
  attributesSetPostOps(attributes: Address, postOps: Address): Status;
  attributesSetScratchpadMode(attributes: Address, mode: number): Status;
  attributesDestroy(attributes: Address): Status;
  postOpsCreate(postOps: Out): Status;
  postOpsAppendBinary(postOps: Address, kind: number, operand: MemoryDescriptor): Status;
  postOpsDestroy(postOps: Address): Status;
  reorderDescriptorCreate(
    descriptor: Out,
    from: MemoryDescriptor,
    fromEngine: Address,
    to: MemoryDescriptor,
    toEngine: Address,
    attributes: Address | null,
  ): Status;
  effectiveCpuIsa(): number;
  /** Resolved through libdnnl's own dependencies, so it belongs to the copy of OpenMP that oneDNN runs on. */
  ompGetMaxThreads(): number;
  ompSetNumThreads(threads: number): void;
  /** Ends the threads that the calling thread computes with; its next operation starts new ones. */
  ompPauseResourceAll(kind: number): number;
}

/** The C prototypes of the shared functions. */
export const commonPrototypes: Record<keyof OneDnnApi, string> = {
  engineCreate: 'int dnnl_engine_create(_Out_ void** e, int kind, size_t index)',
  engineDestroy: 'int dnnl_engine_destroy(void* e)',
  streamCreate: 'int dnnl_stream_create(_Out_ void** s, void* e, uint flags)',
  streamDestroy: 'int dnnl_stream_destroy(void* s)',
  memoryDescriptorSize: 'size_t dnnl_memory_desc_get_size(void* md)',
  memoryDescriptorEqual: 'int dnnl_memory_desc_equal(void* a, void* b)',
  memoryCreate: 'int dnnl_memory_create(_Out_ void** m, void* md, void* e, void* handle)',
  memorySetDataHandle: 'int dnnl_memory_set_data_handle(void* m, void* handle)',
  memoryDestroy: 'int dnnl_memory_destroy(void* m)',
  primitiveDescriptorQueryMemory: 'void* dnnl_primitive_desc_query_md(void* pd, int what, int index)',
  primitiveDescriptorQueryText:
    'int dnnl_primitive_desc_query(void* pd, int what, int index, _Out_ const char** text)',
  primitiveDescriptorDestroy: 'int dnnl_primitive_desc_destroy(void* pd)',
  primitiveCreate: 'int dnnl_primitive_create(_Out_ void** p, void* pd)',
  primitiveExecute: 'int dnnl_primitive_execute(void* p, void* stream, int n, void* args)',
  primitiveDestroy: 'int dnnl_primitive_destroy(void* p)',
  attributesCreate: 'int dnnl_primitive_attr_create(_Out_ void** attr)',
  attributesSetPostOps: 'int dnnl_primitive_attr_set_post_ops(void* attr, void* ops)',
  attributesSetScratchpadMode: 'int dnnl_primitive_attr_set_scratchpad_mode(void* attr, int mode)',
  attributesDestroy: 'int dnnl_primitive_attr_destroy(void* attr)',
  postOpsCreate: 'int dnnl_post_ops_create(_Out_ void** ops)',
  postOpsAppendBinary: 'int dnnl_post_ops_append_binary(void* ops, int kind, void* md)',
  postOpsDestroy: 'int dnnl_post_ops_destroy(void* ops)',
  reorderDescriptorCreate:
    'int dnnl_reorder_primitive_desc_create(_Out_ void** pd, void* src, void* se, void* dst, void* de, void* attr)',
  effectiveCpuIsa: 'int dnnl_get_effective_cpu_isa()',
  ompGetMaxThreads: 'int omp_get_max_threads()',
  ompSetNumThreads: 'void omp_set_num_threads(int n)',
  ompPauseResourceAll: 'int omp_pause_resource_all(int kind)',
};

/**
 * Binds the functions of an API in a loaded library.
 *
 * @throws Error from koffi if the library lacks a function.
 */
export function bindFunctions<Api>(library: LibraryHandle, prototypes: Record<keyof Api, string>): Api {
  const bound = Object.entries<string>(prototypes).map(([name, prototype]) => [
    name,
    library.func(prototype),
  ]);
  return Object.fromEntries(bound) as Api;
}
