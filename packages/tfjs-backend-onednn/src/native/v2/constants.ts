import type { FunctionKind } from '../operations.js';

/** Values of oneDNN 2.6's `dnnl_types.h` that differ in other versions. */

/** `sizeof(dnnl_memory_desc_t)`. */
export const memoryDescriptorBytes = 696;
/** More than any operation descriptor needs; `sizeof(dnnl_convolution_desc_t)` is 5976. */
export const operationDescriptorBytes = 8192;

/** The argument number of the first post-op's operand; each further post-op adds `postOpArguments`. */
export const firstOperand = 16386;
export const postOpArguments = 16384;

/** `dnnl_normalization_flags_t`. */
export const normalizationFlag = { globalStatistics: 0x1, scale: 0x8, shift: 0x10 } as const;

export const functionAlgorithm: Record<FunctionKind, number> = {
  relu: 0x1f,
  tanh: 0x2f,
  elu: 0x3f,
  square: 0x4f,
  abs: 0x5f,
  sqrt: 0x6f,
  linear: 0x7f,
  softplus: 0x9f,
  logistic: 0xaf,
  exp: 0xbf,
  geluTanh: 0xcf,
  swish: 0xdf,
  log: 0xef,
  clip: 0xff,
  pow: 0x20,
  gelu: 0x30,
  round: 0x40,
  mish: 0x60,
  hardswish: 0x70,
};

/** `dnnl_cpu_isa_t`. */
export const instructionSets: Record<number, string> = {
  1: 'sse41',
  3: 'avx',
  7: 'avx2',
  39: 'avx512_core',
  103: 'avx512_core_vnni',
  231: 'avx512_core_bf16',
  999: 'avx512_core_amx',
  1031: 'avx2_vnni',
};

/** `dnnl_nChw16c`. */
export const channelBlocksTag = 69;
