import type { Address, MemoryDescriptor, Out, Status } from '../../library/c-api.js';

type Dims = BigInt64Array;
type Attributes = Address | null;
type Hint = Address | null;
type WindowDims = [strides: Dims, dilates: Dims, padBefore: Dims, padAfter: Dims];
type PoolingDims = [strides: Dims, kernel: Dims, dilates: Dims, padBefore: Dims, padAfter: Dims];
type LrnParameters = [size: number, alpha: number, beta: number, k: number];

/**
 * The functions that are specific to oneDNN 3; memory descriptors are opaque, and each operation has a
 * function.
 */
export interface OneDnn3Api {
  memoryDescriptorByTag(md: Out, rank: number, dims: Dims, type: number, tag: number): Status;
  memoryDescriptorByStrides(md: Out, rank: number, dims: Dims, type: number, strides: Dims): Status;
  memoryDescriptorDestroy(md: Address): Status;
  postOpsAppendEltwise(postOps: Address, kind: number, alpha: number, beta: number): Status;
  convolutionForward(
    descriptor: Out,
    engine: Address,
    propagation: number,
    kind: number,
    source: MemoryDescriptor,
    weights: MemoryDescriptor,
    bias: MemoryDescriptor | null,
    destination: MemoryDescriptor,
    ...rest: [...WindowDims, Attributes]
  ): Status;
  convolutionBackwardData(
    descriptor: Out,
    engine: Address,
    kind: number,
    diffSource: MemoryDescriptor,
    weights: MemoryDescriptor,
    diffDestination: MemoryDescriptor,
    ...rest: [...WindowDims, Hint, Attributes]
  ): Status;
  convolutionBackwardWeights(
    descriptor: Out,
    engine: Address,
    kind: number,
    source: MemoryDescriptor,
    diffWeights: MemoryDescriptor,
    diffBias: MemoryDescriptor | null,
    diffDestination: MemoryDescriptor,
    ...rest: [...WindowDims, Hint, Attributes]
  ): Status;
  poolingForward(
    descriptor: Out,
    engine: Address,
    propagation: number,
    kind: number,
    source: MemoryDescriptor,
    destination: MemoryDescriptor,
    ...rest: [...PoolingDims, Attributes]
  ): Status;
  poolingBackward(
    descriptor: Out,
    engine: Address,
    kind: number,
    diffSource: MemoryDescriptor,
    diffDestination: MemoryDescriptor,
    ...rest: [...PoolingDims, Hint, Attributes]
  ): Status;
  lrnForward(
    descriptor: Out,
    engine: Address,
    propagation: number,
    kind: number,
    source: MemoryDescriptor,
    destination: MemoryDescriptor,
    ...rest: [...LrnParameters, Attributes]
  ): Status;
  lrnBackward(
    descriptor: Out,
    engine: Address,
    kind: number,
    diffSource: MemoryDescriptor,
    diffDestination: MemoryDescriptor,
    source: MemoryDescriptor,
    ...rest: [...LrnParameters, Hint, Attributes]
  ): Status;
  eltwiseForward(
    descriptor: Out,
    engine: Address,
    propagation: number,
    kind: number,
    source: MemoryDescriptor,
    destination: MemoryDescriptor,
    ...rest: [alpha: number, beta: number, Attributes]
  ): Status;
  eltwiseBackward(
    descriptor: Out,
    engine: Address,
    kind: number,
    diffSource: MemoryDescriptor,
    diffDestination: MemoryDescriptor,
    data: MemoryDescriptor,
    ...rest: [alpha: number, beta: number, Hint, Attributes]
  ): Status;
  matmul(
    descriptor: Out,
    engine: Address,
    a: MemoryDescriptor,
    b: MemoryDescriptor,
    bias: MemoryDescriptor | null,
    destination: MemoryDescriptor,
    attributes: Attributes,
  ): Status;
  binary(
    descriptor: Out,
    engine: Address,
    kind: number,
    a: MemoryDescriptor,
    b: MemoryDescriptor,
    destination: MemoryDescriptor,
    attributes: Attributes,
  ): Status;
  reduction(
    descriptor: Out,
    engine: Address,
    kind: number,
    source: MemoryDescriptor,
    destination: MemoryDescriptor,
    p: number,
    epsilon: number,
    attributes: Attributes,
  ): Status;
  softmaxForward(
    descriptor: Out,
    engine: Address,
    propagation: number,
    kind: number,
    source: MemoryDescriptor,
    destination: MemoryDescriptor,
    axis: number,
    attributes: Attributes,
  ): Status;
  softmaxBackward(
    descriptor: Out,
    engine: Address,
    kind: number,
    diffSource: MemoryDescriptor,
    diffDestination: MemoryDescriptor,
    destination: MemoryDescriptor,
    axis: number,
    hint: Hint,
    attributes: Attributes,
  ): Status;
  batchNormalizationForward(
    descriptor: Out,
    engine: Address,
    propagation: number,
    source: MemoryDescriptor,
    destination: MemoryDescriptor,
    epsilon: number,
    flags: number,
    attributes: Attributes,
  ): Status;
  batchNormalizationBackward(
    descriptor: Out,
    engine: Address,
    propagation: number,
    diffSource: MemoryDescriptor,
    diffDestination: MemoryDescriptor,
    source: MemoryDescriptor,
    epsilon: number,
    flags: number,
    hint: Hint,
    attributes: Attributes,
  ): Status;
  preluForward(
    descriptor: Out,
    engine: Address,
    propagation: number,
    source: MemoryDescriptor,
    weights: MemoryDescriptor,
    destination: MemoryDescriptor,
    attributes: Attributes,
  ): Status;
  preluBackward(
    descriptor: Out,
    engine: Address,
    source: MemoryDescriptor,
    weights: MemoryDescriptor,
    diffSource: MemoryDescriptor,
    diffWeights: MemoryDescriptor,
    diffDestination: MemoryDescriptor,
    hint: Hint,
    attributes: Attributes,
  ): Status;
  sumDescriptorCreate(
    descriptor: Out,
    engine: Address,
    destination: MemoryDescriptor,
    count: number,
    scales: Float32Array,
    sources: BigUint64Array,
    attributes: Attributes,
  ): Status;
}

const window = 'void* strides, void* dilates, void* padBefore, void* padAfter';
const pool = 'void* strides, void* kernel, void* dilates, void* padBefore, void* padAfter';
const lrn = 'int64_t size, float alpha, float beta, float k';
/** Every function that describes an operation begins and ends so. */
const create = (name: string, parameters: string): string =>
  `int dnnl_${name}_primitive_desc_create(_Out_ void** pd, void* engine, ${parameters}, void* attr)`;

/** C prototypes of oneDNN 3. */
export const prototypes: Record<keyof OneDnn3Api, string> = {
  memoryDescriptorByTag:
    'int dnnl_memory_desc_create_with_tag(_Out_ void** md, int n, void* dims, int type, int tag)',
  memoryDescriptorByStrides:
    'int dnnl_memory_desc_create_with_strides(_Out_ void** md, int n, void* dims, int type, void* strides)',
  memoryDescriptorDestroy: 'int dnnl_memory_desc_destroy(void* md)',
  postOpsAppendEltwise: 'int dnnl_post_ops_append_eltwise(void* ops, int kind, float alpha, float beta)',
  convolutionForward: create(
    'convolution_forward',
    `int prop, int kind, void* src, void* weights, void* bias, void* dst, ${window}`,
  ),
  convolutionBackwardData: create(
    'convolution_backward_data',
    `int kind, void* dsrc, void* weights, void* ddst, ${window}, void* hint`,
  ),
  convolutionBackwardWeights: create(
    'convolution_backward_weights',
    `int kind, void* src, void* dweights, void* dbias, void* ddst, ${window}, void* hint`,
  ),
  poolingForward: create('pooling_forward', `int prop, int kind, void* src, void* dst, ${pool}`),
  poolingBackward: create('pooling_backward', `int kind, void* dsrc, void* ddst, ${pool}, void* hint`),
  lrnForward: create('lrn_forward', `int prop, int kind, void* src, void* dst, ${lrn}`),
  lrnBackward: create('lrn_backward', `int kind, void* dsrc, void* ddst, void* src, ${lrn}, void* hint`),
  eltwiseForward: create(
    'eltwise_forward',
    'int prop, int kind, void* src, void* dst, float alpha, float beta',
  ),
  eltwiseBackward: create(
    'eltwise_backward',
    'int kind, void* dsrc, void* ddst, void* data, float alpha, float beta, void* hint',
  ),
  matmul: create('matmul', 'void* a, void* b, void* bias, void* dst'),
  binary: create('binary', 'int kind, void* a, void* b, void* dst'),
  reduction: create('reduction', 'int kind, void* src, void* dst, float p, float eps'),
  softmaxForward: create('softmax_forward', 'int prop, int kind, void* src, void* dst, int axis'),
  softmaxBackward: create(
    'softmax_backward',
    'int kind, void* dsrc, void* ddst, void* dst, int axis, void* hint',
  ),
  batchNormalizationForward: create(
    'batch_normalization_forward',
    'int prop, void* src, void* dst, float epsilon, uint flags',
  ),
  batchNormalizationBackward: create(
    'batch_normalization_backward',
    'int prop, void* dsrc, void* ddst, void* src, float epsilon, uint flags, void* hint',
  ),
  preluForward: create('prelu_forward', 'int prop, void* src, void* weights, void* dst'),
  preluBackward: create(
    'prelu_backward',
    'void* src, void* weights, void* dsrc, void* dweights, void* ddst, void* hint',
  ),
  sumDescriptorCreate: create('sum', 'void* dst, int n, void* scales, void* srcs'),
};
