import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import { applyElementwiseGradient } from '../plans/elementwise-gradient.js';
import { type NativeKernel, nativeKernel } from './native-kernel.js';

/**
 * The name of the kernel that Square's gradient runs, with inputs {dy, x}; it is specific to this package.
 */
export const SquareGrad = 'SquareGrad';

/** dx = 2 x dy. */
export const squareGrad: NativeKernel = nativeKernel<Record<'dy' | 'x', TensorInfo>>(
  SquareGrad,
  ({ dy, x }, _, backend) =>
    backend.compute(x.shape, (dx) => {
      const length = util.sizeFromShape(x.shape);
      if (length === 0) return;
      const at = { x: backend.address(x), dy: backend.address(dy), dx };
      applyElementwiseGradient(backend, { kind: 'square' }, length, at);
    }),
);
