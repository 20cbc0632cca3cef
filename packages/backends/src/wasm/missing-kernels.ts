import type { KernelConfig } from '@tensorflow/tfjs-core';
import { conv2DBackpropFilter } from './conv2d-backprop-filter.js';
import { depthwiseBackpropFilter, depthwiseBackpropInput } from './depthwise-gradients.js';
import { unsortedSegmentSum } from './unsorted-segment-sum.js';

/**
 * Kernels that training a tf.layers model needs and tfjs 4.22 lacks on wasm, built from kernels that wasm
 * has.
 */
export const missingKernels: readonly KernelConfig[] = [
  conv2DBackpropFilter,
  depthwiseBackpropFilter,
  depthwiseBackpropInput,
  unsortedSegmentSum,
];
