import { getKernel, registerKernel } from '@tensorflow/tfjs-core';
import { conv2DBackpropFilter } from './conv2d-backprop-filter.js';

/** Gives 'wasm' the one kernel of AlexNet's training step that tfjs 4.22 lacks there; a later tfjs's own stays. */
export function registerWasmKernels(): void {
  if (!getKernel(conv2DBackpropFilter.kernelName, 'wasm')) registerKernel(conv2DBackpropFilter);
}
