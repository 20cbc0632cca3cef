import {
  cast,
  engine,
  FusedBatchNorm,
  type GradConfig,
  getBackend,
  getKernel,
  Mean,
  mul,
  Relu,
  registerGradient,
  Square,
  Sum,
  step,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { batchNormGradient } from './gradients/batch-norm-gradient.js';
import { registerFasterGradient } from './gradients/faster-gradient.js';
import { meanGradient, sumGradient } from './gradients/reduction-gradients.js';
import { squareGradient } from './gradients/square-gradient.js';
import { ReluGrad } from './kernels/relu-grad.js';

/**
 * Relu's gradient, computed from its output: the input need not be kept, and one kernel replaces step, cast
 * and multiply. Gradients are registered for all backends at once, so backends without the kernel compose the
 * gradient of stock kernels.
 */
const reluGradient: GradConfig = {
  kernelName: Relu,
  outputsToSave: [true],
  gradFunc: (dy, [y]) => ({ x: () => reluBack(dy as Tensor, y as Tensor) }),
};

function reluBack(dy: Tensor, y: Tensor): Tensor {
  const higherOrder = engine().state.gradientDepth > 0; // ReluGrad itself has no gradient
  if (!higherOrder && dy.dtype === 'float32' && getKernel(ReluGrad, getBackend())) {
    return engine().runKernel(ReluGrad, { dy, y }) as Tensor;
  }
  return mul(dy, cast(step(y), 'float32'));
}

/** Registers the gradients of this package. */
export function registerGradients(): void {
  registerGradient(reluGradient);
  registerFasterGradient(FusedBatchNorm, batchNormGradient);
  registerFasterGradient(Mean, meanGradient);
  registerFasterGradient(Square, squareGradient);
  registerFasterGradient(Sum, sumGradient);
}
