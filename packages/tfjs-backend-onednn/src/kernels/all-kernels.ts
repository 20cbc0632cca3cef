import { addN } from './add-n.js';
import { avgPool } from './avg-pool.js';
import { avgPoolGrad } from './avg-pool-grad.js';
import { batchMatMul } from './batch-mat-mul.js';
import { binaryKernels } from './binary.js';
import { cast } from './cast.js';
import { concat } from './concat.js';
import { conv2D } from './conv2d.js';
import { conv2DBackpropFilter } from './conv2d-backprop-filter.js';
import { conv2DBackpropInput } from './conv2d-backprop-input.js';
import { elementwiseKernels } from './elementwise.js';
import { fusedConv2D } from './fused-conv2d.js';
import { fusedMatMul } from './fused-mat-mul.js';
import { lrn } from './lrn.js';
import { lrnGrad } from './lrn-grad.js';
import { maxPool } from './max-pool.js';
import { maxPoolGrad } from './max-pool-grad.js';
import { mean } from './mean.js';
import type { NativeKernel } from './native-kernel.js';
import { padV2 } from './pad-v2.js';
import { pow } from './pow.js';
import { relu } from './relu.js';
import { reluGrad } from './relu-grad.js';
import { sameMapNorm } from './same-map-norm.js';
import { sameMapNormGrad } from './same-map-norm-grad.js';
import { sgdMomentumUpdate } from './sgd-momentum-update.js';
import { slice } from './slice.js';
import { splitV } from './split-v.js';
import { sum } from './sum.js';
import { transpose } from './transpose.js';

/** Every kernel that has an implementation on oneDNN. */
export const allKernels: NativeKernel[] = [
  addN,
  avgPool,
  avgPoolGrad,
  batchMatMul,
  ...binaryKernels,
  concat,
  conv2D,
  conv2DBackpropFilter,
  conv2DBackpropInput,
  ...elementwiseKernels,
  fusedConv2D,
  fusedMatMul,
  lrn,
  lrnGrad,
  maxPool,
  maxPoolGrad,
  mean,
  relu,
  reluGrad,
  sgdMomentumUpdate,
  slice,
  splitV,
  sum,
  cast,
  padV2,
  pow,
  sameMapNorm,
  sameMapNormGrad,
  transpose,
];
