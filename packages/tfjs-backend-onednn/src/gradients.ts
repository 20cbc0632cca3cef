import { registerReluGradient } from '@alexnet/native-backend';
import { FusedBatchNorm, Mean, Square, Sum } from '@tensorflow/tfjs-core';
import { batchNormGradient } from './gradients/batch-norm-gradient.js';
import { registerFasterGradient } from './gradients/faster-gradient.js';
import { meanGradient, sumGradient } from './gradients/reduction-gradients.js';
import { squareGradient } from './gradients/square-gradient.js';

/** Registers the gradients of this package. */
export function registerGradients(): void {
  registerReluGradient();
  registerFasterGradient(FusedBatchNorm, batchNormGradient);
  registerFasterGradient(Mean, meanGradient);
  registerFasterGradient(Square, squareGradient);
  registerFasterGradient(Sum, sumGradient);
}
