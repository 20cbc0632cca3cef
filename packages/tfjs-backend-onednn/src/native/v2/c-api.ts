import type { Address, MemoryDescriptor, Out, Status, Struct } from '../../library/c-api.js';

type Dims = BigInt64Array;

/** The functions that are specific to oneDNN 2.6; they fill C structs that the caller owns. */
export interface OneDnn2Api {
  memoryDescriptorByTag(md: Struct, rank: number, dims: Dims, type: number, tag: number): Status;
  memoryDescriptorByStrides(md: Struct, rank: number, dims: Dims, type: number, strides: Dims): Status;
  primitiveDescriptorCreate(
    descriptor: Out,
    operation: Struct,
    attributes: Address | null,
    engine: Address,
    forwardHint: Address | null,
  ): Status;
  postOpsAppendEltwise(postOps: Address, scale: number, kind: number, alpha: number, beta: number): Status;
  convolutionForward(
    operation: Struct,
    propagation: number,
    kind: number,
    source: MemoryDescriptor,
    weights: MemoryDescriptor,
    bias: MemoryDescriptor | null,
    destination: MemoryDescriptor,
    ...window: [strides: Dims, dilates: Dims, padBefore: Dims, padAfter: Dims]
  ): Status;
  convolutionBackwardData(
    operation: Struct,
    kind: number,
    diffSource: MemoryDescriptor,
    weights: MemoryDescriptor,
    diffDestination: MemoryDescriptor,
    ...window: [strides: Dims, dilates: Dims, padBefore: Dims, padAfter: Dims]
  ): Status;
  convolutionBackwardWeights(
    operation: Struct,
    kind: number,
    source: MemoryDescriptor,
    diffWeights: MemoryDescriptor,
    diffBias: MemoryDescriptor | null,
    diffDestination: MemoryDescriptor,
    ...window: [strides: Dims, dilates: Dims, padBefore: Dims, padAfter: Dims]
  ): Status;
  poolingForward(
    operation: Struct,
    propagation: number,
    kind: number,
    source: MemoryDescriptor,
    destination: MemoryDescriptor,
    ...window: [strides: Dims, kernel: Dims, padBefore: Dims, padAfter: Dims]
  ): Status;
  poolingBackward(
    operation: Struct,
    kind: number,
    diffSource: MemoryDescriptor,
    diffDestination: MemoryDescriptor,
    ...window: [strides: Dims, kernel: Dims, padBefore: Dims, padAfter: Dims]
  ): Status;
  dilatedPoolingForward(
    operation: Struct,
    propagation: number,
    kind: number,
    source: MemoryDescriptor,
    destination: MemoryDescriptor,
    ...window: [strides: Dims, kernel: Dims, dilates: Dims, padBefore: Dims, padAfter: Dims]
  ): Status;
  dilatedPoolingBackward(
    operation: Struct,
    kind: number,
    diffSource: MemoryDescriptor,
    diffDestination: MemoryDescriptor,
    ...window: [strides: Dims, kernel: Dims, dilates: Dims, padBefore: Dims, padAfter: Dims]
  ): Status;
  lrnForward(
    operation: Struct,
    propagation: number,
    kind: number,
    data: MemoryDescriptor,
    ...parameters: [size: number, alpha: number, beta: number, k: number]
  ): Status;
  lrnBackward(
    operation: Struct,
    kind: number,
    diffData: MemoryDescriptor,
    data: MemoryDescriptor,
    ...parameters: [size: number, alpha: number, beta: number, k: number]
  ): Status;
  eltwiseForward(
    operation: Struct,
    propagation: number,
    kind: number,
    data: MemoryDescriptor,
    ...parameters: [alpha: number, beta: number]
  ): Status;
  eltwiseBackward(
    operation: Struct,
    kind: number,
    diffData: MemoryDescriptor,
    data: MemoryDescriptor,
    ...parameters: [alpha: number, beta: number]
  ): Status;
  matmul(
    operation: Struct,
    a: MemoryDescriptor,
    b: MemoryDescriptor,
    bias: MemoryDescriptor | null,
    destination: MemoryDescriptor,
  ): Status;
  binary(
    operation: Struct,
    kind: number,
    a: MemoryDescriptor,
    b: MemoryDescriptor,
    destination: MemoryDescriptor,
  ): Status;
  reduction(
    operation: Struct,
    kind: number,
    source: MemoryDescriptor,
    destination: MemoryDescriptor,
    p: number,
    epsilon: number,
  ): Status;
  softmaxForward(
    operation: Struct,
    propagation: number,
    kind: number,
    source: MemoryDescriptor,
    destination: MemoryDescriptor,
    axis: number,
  ): Status;
  softmaxBackward(
    operation: Struct,
    kind: number,
    diffSource: MemoryDescriptor,
    diffDestination: MemoryDescriptor,
    destination: MemoryDescriptor,
    axis: number,
  ): Status;
  batchNormalizationForward(
    operation: Struct,
    propagation: number,
    data: MemoryDescriptor,
    epsilon: number,
    flags: number,
  ): Status;
  batchNormalizationBackward(
    operation: Struct,
    propagation: number,
    diffData: MemoryDescriptor,
    data: MemoryDescriptor,
    epsilon: number,
    flags: number,
  ): Status;
  preluForward(
    operation: Struct,
    propagation: number,
    data: MemoryDescriptor,
    weights: MemoryDescriptor,
  ): Status;
  preluBackward(
    operation: Struct,
    data: MemoryDescriptor,
    weights: MemoryDescriptor,
    diffData: MemoryDescriptor,
    diffWeights: MemoryDescriptor,
  ): Status;
  sumDescriptorCreate(
    descriptor: Out,
    destination: MemoryDescriptor,
    count: number,
    scales: Float32Array,
    sources: Struct,
    attributes: Address | null,
    engine: Address,
  ): Status;
}

const windowDims = 'void* strides, void* dilates, void* padBefore, void* padAfter';
const poolDims = 'void* strides, void* kernel, void* padBefore, void* padAfter';
const dilatedPoolDims = 'void* strides, void* kernel, void* dilates, void* padBefore, void* padAfter';

/** C prototypes of oneDNN 2.6. */
export const prototypes: Record<keyof OneDnn2Api, string> = {
  memoryDescriptorByTag: 'int dnnl_memory_desc_init_by_tag(void* md, int n, void* dims, int type, int tag)',
  memoryDescriptorByStrides:
    'int dnnl_memory_desc_init_by_strides(void* md, int n, void* dims, int type, void* strides)',
  primitiveDescriptorCreate:
    'int dnnl_primitive_desc_create(_Out_ void** pd, void* op, void* attr, void* e, void* hint)',
  postOpsAppendEltwise:
    'int dnnl_post_ops_append_eltwise(void* ops, float scale, int kind, float alpha, float beta)',
  convolutionForward: `int dnnl_dilated_convolution_forward_desc_init(void* op, int prop, int kind, void* src, void* weights, void* bias, void* dst, ${windowDims})`,
  convolutionBackwardData: `int dnnl_dilated_convolution_backward_data_desc_init(void* op, int kind, void* dsrc, void* weights, void* ddst, ${windowDims})`,
  convolutionBackwardWeights: `int dnnl_dilated_convolution_backward_weights_desc_init(void* op, int kind, void* src, void* dweights, void* dbias, void* ddst, ${windowDims})`,
  poolingForward: `int dnnl_pooling_forward_desc_init(void* op, int prop, int kind, void* src, void* dst, ${poolDims})`,
  poolingBackward: `int dnnl_pooling_backward_desc_init(void* op, int kind, void* dsrc, void* ddst, ${poolDims})`,
  dilatedPoolingForward: `int dnnl_pooling_v2_forward_desc_init(void* op, int prop, int kind, void* src, void* dst, ${dilatedPoolDims})`,
  dilatedPoolingBackward: `int dnnl_pooling_v2_backward_desc_init(void* op, int kind, void* dsrc, void* ddst, ${dilatedPoolDims})`,
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
  reduction: 'int dnnl_reduction_desc_init(void* op, int kind, void* src, void* dst, float p, float eps)',
  softmaxForward:
    'int dnnl_softmax_v2_forward_desc_init(void* op, int prop, int kind, void* src, void* dst, int axis)',
  softmaxBackward:
    'int dnnl_softmax_v2_backward_desc_init(void* op, int kind, void* dsrc, void* ddst, void* dst, int axis)',
  batchNormalizationForward:
    'int dnnl_batch_normalization_forward_desc_init(void* op, int prop, void* md, float epsilon, uint flags)',
  batchNormalizationBackward:
    'int dnnl_batch_normalization_backward_desc_init(void* op, int prop, void* dmd, void* md, float epsilon, uint flags)',
  preluForward: 'int dnnl_prelu_forward_desc_init(void* op, int prop, void* md, void* weights)',
  preluBackward:
    'int dnnl_prelu_backward_desc_init(void* op, void* md, void* weights, void* dmd, void* dweights)',
  sumDescriptorCreate:
    'int dnnl_sum_primitive_desc_create(_Out_ void** pd, void* dst, int n, void* scales, void* srcs, void* attr, void* e)',
};
