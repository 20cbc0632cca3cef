import {
  cast,
  engine,
  type GradConfig,
  getBackend,
  getKernel,
  mul,
  Relu,
  registerGradient,
  step,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { ReluGrad } from './kernels/relu-grad.js';

/**
 * Relu's gradient, computed from its output. Gradients are registered for all backends at once, so backends
 * without the kernel compose the gradient of stock kernels. The onednn backend registers the same one.
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
}
