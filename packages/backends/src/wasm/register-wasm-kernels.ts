import { getKernel, type KernelConfig, registerKernel, unregisterKernel } from '@tensorflow/tfjs-core';
import { conv2DBackpropInput } from './conv2d-backprop-input.js';
import { maxPoolGrad } from './max-pool-grad.js';
import { missingKernels } from './missing-kernels.js';

let isDone = false;

/**
 * Gives 'wasm' the training kernels that tfjs 4.22 lacks there (a later tfjs keeps its own), a faster kernel
 * for the input gradient of convolutions, and a correct one for the gradient of max pooling.
 */
export function registerWasmKernels(): void {
  if (isDone) return;
  isDone = true;
  for (const kernel of missingKernels) {
    if (!getKernel(kernel.kernelName, 'wasm')) registerKernel(kernel);
  }
  replace('Conv2DBackpropInput', conv2DBackpropInput);
  replace('MaxPoolGrad', maxPoolGrad);
}

function replace(name: string, make: (own: KernelConfig) => KernelConfig): void {
  const own = getKernel(name, 'wasm');
  if (!own) return;
  unregisterKernel(name, 'wasm');
  registerKernel(make(own));
}
