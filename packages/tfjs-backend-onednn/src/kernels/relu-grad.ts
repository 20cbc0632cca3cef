import { ReluGrad } from '@alexnet/native-backend';
import { util } from '@tensorflow/tfjs-core';
import { reluGradientOfDeferred } from '../fusions/defer-relu.js';
import { applyReluGradient } from '../plans/relu.js';
import { allFloat32, hasShape, type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';

/** dx = 0 * dy where y <= 0, and dy elsewhere, so that NaN or infinity in dy is never hidden. */
export const reluGrad: NativeKernel = nativeKernel<Inputs<'dy' | 'y'>>(ReluGrad, ({ dy, y }, _, backend) => {
  const length = util.sizeFromShape(y.shape);
  if (!allFloat32(dy, y))
    throw new TypeError(`dy and y must be float32 (ReluGrad), got ${dy.dtype} and ${y.dtype}.`);
  if (!hasShape(dy, y.shape)) {
    throw new RangeError(`dy must have y's shape [${y.shape}] (ReluGrad), got [${dy.shape}].`);
  }
  const deferred = backend.deferred(dy);
  if (deferred && length > 0) return reluGradientOfDeferred(backend, y, deferred);
  return backend.compute(y.shape, (dx, values) => {
    if (length === 0) return;
    const at = { y: backend.address(y), dy: backend.address(dy), dx };
    applyReluGradient(backend, values.length, at);
  });
});
