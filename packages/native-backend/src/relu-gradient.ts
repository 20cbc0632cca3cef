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

/** The name of the kernel that Relu's gradient runs, with inputs {dy, y}, on backends that have it. */
export const ReluGrad = 'ReluGrad';

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

/** Replaces Relu's gradient, for all backends. A second call changes nothing. */
export function registerReluGradient(): void {
  registerGradient(reluGradient);
}
