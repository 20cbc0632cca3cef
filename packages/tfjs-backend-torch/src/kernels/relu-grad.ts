import { ReluGrad } from '@alexnet/native-backend';
import { allFloat32, hasShape, type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';

/** dx = 0 * dy where y <= 0, and dy elsewhere, so that NaN or infinity in dy is never hidden. */
export const reluGrad: NativeKernel = nativeKernel<Inputs<'dy' | 'y'>>(ReluGrad, ({ dy, y }, _, backend) => {
  if (!allFloat32(dy, y)) {
    throw new TypeError(`dy and y must be float32 (ReluGrad), got ${dy.dtype} and ${y.dtype}.`);
  }
  if (!hasShape(dy, y.shape)) {
    throw new RangeError(`dy must have y's shape [${y.shape}] (ReluGrad), got [${dy.shape}].`);
  }
  return backend.compute(y.shape, 'float32', (aten) => {
    const isOff = aten.one('le.Tensor', [backend.tensor(y), aten.scalar(0)]);
    return aten.one('mul.Tensor', [backend.tensor(dy), aten.one('logical_not', [isOff])]);
  });
});
