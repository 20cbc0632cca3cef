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
import { depthwiseConv2D } from './depthwise-conv2d.js';
import { depthwiseConv2DBackpropFilter } from './depthwise-conv2d-backprop-filter.js';
import { depthwiseConv2DBackpropInput } from './depthwise-conv2d-backprop-input.js';
import { elementwiseKernels } from './elementwise.js';
import { eluGrad } from './elu-grad.js';
import { extremeKernels } from './extremes.js';
import { fusedBatchNorm } from './fused-batch-norm.js';
import { fusedBatchNormGrad } from './fused-batch-norm-grad.js';
import { fusedConv2D } from './fused-conv2d.js';
import { fusedDepthwiseConv2D } from './fused-depthwise-conv2d.js';
import { fusedMatMul } from './fused-mat-mul.js';
import { gatherV2 } from './gather-v2.js';
import { logicalKernels } from './logical.js';
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
import { select } from './select.js';
import { sgdMomentumUpdate } from './sgd-momentum-update.js';
import { slice } from './slice.js';
import { softmax } from './softmax.js';
import { splitV } from './split-v.js';
import { squareGrad } from './square-grad.js';
import { sum } from './sum.js';
import { tile } from './tile.js';
import { transpose } from './transpose.js';
import { unaryLoopKernels } from './unary-loop.js';
import { vectorBinaryKernels } from './vector-binary.js';
import { vectorUnaryKernels } from './vector-unary.js';
import { zerosLike } from './zeros-like.js';

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
  depthwiseConv2D,
  depthwiseConv2DBackpropFilter,
  depthwiseConv2DBackpropInput,
  ...elementwiseKernels,
  eluGrad,
  ...extremeKernels,
  fusedBatchNorm,
  fusedBatchNormGrad,
  fusedConv2D,
  fusedDepthwiseConv2D,
  fusedMatMul,
  gatherV2,
  ...logicalKernels,
  lrn,
  lrnGrad,
  maxPool,
  maxPoolGrad,
  mean,
  relu,
  reluGrad,
  select,
  sgdMomentumUpdate,
  slice,
  softmax,
  splitV,
  squareGrad,
  sum,
  tile,
  ...unaryLoopKernels,
  ...vectorBinaryKernels,
  ...vectorUnaryKernels,
  zerosLike,
  cast,
  padV2,
  pow,
  sameMapNorm,
  sameMapNormGrad,
  transpose,
];
