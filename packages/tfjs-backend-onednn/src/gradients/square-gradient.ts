import { engine, type Tensor } from '@tensorflow/tfjs-core';
import { SquareGrad } from '../kernels/square-grad.js';
import { type FasterGradient, hasKernel } from './faster-gradient.js';

/** Square's gradient in one pass: 2 x dy. */
export const squareGradient: FasterGradient = (dy, [x]) => {
  const input = x as Tensor;
  if (input.dtype !== 'float32' || !hasKernel(SquareGrad)) return undefined;
  return { x: () => engine().runKernel(SquareGrad, { dy, x: input }) as Tensor };
};
