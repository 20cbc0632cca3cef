/**
 * Values of oneDNN 2.6's C enums (`dnnl_types.h`). They are part of that version's ABI, which is why
 * `loadOneDnn` accepts no other.
 */
export const dataTypeFloat32 = 3;

export const engineCpu = 1;
export const streamInOrder = 1;

/** `sizeof(dnnl_memory_desc_t)`. */
export const memoryDescriptorBytes = 696;
/** No operation descriptor is larger: `sizeof(dnnl_convolution_desc_t)` is 5976. */
export const operationDescriptorBytes = 8192;
/** `sizeof(dnnl_exec_arg_t)`: an int, padding, a pointer. */
export const executeArgumentBytes = 16;

export const formatTag = { any: 1 } as const;

export const propagation = { training: 64, inference: 96 } as const;

export const convolutionDirect = 1;

export const algorithm = {
  relu: 0x1f,
  elu: 0x3f,
  square: 0x4f,
  sqrt: 0x6f,
  linear: 0x7f,
  boundedRelu: 0x8f,
  logistic: 0xaf,
  exp: 0xbf,
  log: 0xef,
  pow: 0x20,
  reluFromOutput: 0x100,
  poolingMax: 0x1ff,
  poolingAverageIncludePadding: 0x2ff,
  poolingAverageExcludePadding: 0x3ff,
  lrnAcrossChannels: 0xaff,
  add: 0x1fff0,
  multiply: 0x1fff1,
  maximum: 0x1fff2,
  minimum: 0x1fff3,
  divide: 0x1fff4,
  subtract: 0x1fff5,
} as const;

/** What `dnnl_primitive_desc_query_md` is asked for. */
export const query = { weights: 131, diffWeights: 132, workspace: 135 } as const;

/** Argument numbers of `dnnl_primitive_execute`. */
export const argument = {
  source: 1,
  source1: 2,
  destination: 17,
  weights: 33,
  bias: 41,
  workspace: 64,
  diffSource: 129,
  diffDestination: 145,
  diffWeights: 161,
  multipleSource: 1024,
  /** The second operand of the first post-op, a binary one. */
  firstPostOpOperand: 16386,
  /** From the operand of one post-op to that of the next. */
  nextPostOp: 16384,
} as const;
