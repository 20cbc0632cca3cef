/** Values of oneDNN's C enums (`dnnl_types.h`, `dnnl_common_types.h`) that versions 2.6 and 3 share. */
export const dataTypeFloat32 = 3;

export const engineCpu = 1;
export const streamInOrder = 1;
export const scratchpadOfUser = 1;

/** `DNNL_MEMORY_ALLOCATE`: the library allocates the memory itself. */
export const allocatedByLibrary = 0xffff_ffff_ffff_ffffn;

/** `sizeof(dnnl_exec_arg_t)`: an int, padding, a pointer. */
export const executeArgumentBytes = 16;

export const formatTag = { any: 1 } as const;

export const propagation = { training: 64, inference: 96, backward: 128, backwardData: 160 } as const;

export const convolutionDirect = 1;
export const lrnAcrossChannels = 0xaff;

export const poolingAlgorithm = {
  max: 0x1ff,
  averageOverWholeWindow: 0x2ff,
  average: 0x3ff,
} as const;

export const binaryAlgorithm = {
  add: 0x1fff0,
  multiply: 0x1fff1,
  maximum: 0x1fff2,
  minimum: 0x1fff3,
  divide: 0x1fff4,
  subtract: 0x1fff5,
  greaterEqual: 0x1fff6,
  greater: 0x1fff7,
  lessEqual: 0x1fff8,
  less: 0x1fff9,
  equal: 0x1fffa,
  notEqual: 0x1fffb,
} as const;

export const reductionAlgorithm = {
  max: 0x2fff2,
  min: 0x2fff3,
  sum: 0x2fff4,
  product: 0x2fff5,
  mean: 0x2fff6,
} as const;

export const softmaxAlgorithm = { accurate: 0x30000, log: 0x30001 } as const;

/** The element-wise functions whose gradient can be computed from their output. */
export const fromOutputAlgorithm = {
  relu: 0x100,
  tanh: 0x101,
  elu: 0x102,
  sqrt: 0x103,
  logistic: 0x104,
  exp: 0x105,
  clip: 0x106,
} as const;

/** Values of the parameter `what` of `dnnl_primitive_desc_query_md`. */
export const query = { weights: 131, diffWeights: 132, workspace: 135, scratchpad: 136 } as const;

/** The value of the parameter `what` of `dnnl_primitive_desc_query` that asks for the name of the implementation. */
export const queryImplementation = 8;

/** Argument numbers of `dnnl_primitive_execute`. */
export const argument = {
  source: 1,
  source1: 2,
  destination: 17,
  weights: 33,
  bias: 41,
  mean: 49,
  variance: 50,
  scale: 51,
  shift: 52,
  workspace: 64,
  scratchpad: 80,
  diffSource: 129,
  diffDestination: 145,
  diffWeights: 161,
  diffBias: 169,
  diffScale: 255,
  diffShift: 256,
} as const;

/** The argument number of the first input of a sum; the other inputs follow it. */
export const firstSummand = 1024;
