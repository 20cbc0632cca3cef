import { binaryKernels } from './binary.js';
import { convolutionKernels } from './convolution.js';
import { fusedKernels } from './fused.js';
import { lrnKernels } from './lrn.js';
import { batchMatMul } from './mat-mul.js';
import { movementKernels } from './movement.js';
import type { NativeKernel } from './native-kernel.js';
import { poolingKernels } from './pooling.js';
import { reductionKernels } from './reductions.js';
import { reluGrad } from './relu-grad.js';
import { sameMapNormKernels } from './same-map-norm.js';
import { sgdMomentumUpdate } from './sgd-momentum-update.js';
import { unaryKernels } from './unary.js';

/** Every kernel that PyTorch computes. */
export const allKernels: readonly NativeKernel[] = [
  batchMatMul,
  ...binaryKernels,
  ...convolutionKernels,
  ...fusedKernels,
  ...lrnKernels,
  ...movementKernels,
  ...poolingKernels,
  ...reductionKernels,
  reluGrad,
  ...sameMapNormKernels,
  sgdMomentumUpdate,
  ...unaryKernels,
];
