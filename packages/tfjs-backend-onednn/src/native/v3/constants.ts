import type { FunctionKind } from '../operations.js';

/** Values of oneDNN 3's `dnnl_types.h` that differ in other versions. */

/** The argument number of the first post-op's operand; each further post-op adds `postOpArguments`. */
export const firstOperand = 32770;
export const postOpArguments = 32768;

/** `dnnl_normalization_flags_t`. */
export const normalizationFlag = { globalStatistics: 0x1, scale: 0x2, shift: 0x4 } as const;

export const functionAlgorithm: Record<FunctionKind, number> = {
  relu: 0x20,
  tanh: 0x21,
  elu: 0x22,
  square: 0x23,
  abs: 0x24,
  sqrt: 0x25,
  linear: 0x26,
  softplus: 0x27,
  logistic: 0x29,
  exp: 0x2a,
  geluTanh: 0x2b,
  swish: 0x2c,
  log: 0x2d,
  clip: 0x2e,
  pow: 0x30,
  gelu: 0x31,
  round: 0x32,
  mish: 0x33,
  hardswish: 0x34,
};

/** `dnnl_cpu_isa_t`. */
export const instructionSets: Record<number, string> = {
  1: 'sse41',
  3: 'avx',
  7: 'avx2',
  15: 'avx2_vnni',
  31: 'avx2_vnni_2',
  39: 'avx512_core',
  103: 'avx512_core_vnni',
  231: 'avx512_core_bf16',
  495: 'avx512_core_fp16',
  4079: 'avx512_core_amx',
  8175: 'avx512_core_amx_fp16',
};

/** `dnnl_nChw16c`. */
export const channelBlocksTag = 78;
