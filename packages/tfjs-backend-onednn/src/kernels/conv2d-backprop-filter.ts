import { Conv2DBackpropFilter } from '@tensorflow/tfjs-core';
import { convolveBackFilter } from '../plans/convolution.js';
import { type ConvolutionAttributes, convolutionGeometry } from '../plans/window-geometry.js';
import { allFloat32, hasShape, type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';

/** The gradient of Conv2D for its filter. */
export const conv2DBackpropFilter: NativeKernel = nativeKernel<
  Inputs<'x' | 'dy'>,
  ConvolutionAttributes & { filterShape: number[] }
>(Conv2DBackpropFilter, ({ x, dy }, attributes, backend) => {
  if (!allFloat32(x, dy)) return undefined;
  const { filterShape } = attributes;
  const g = convolutionGeometry(x.shape, filterShape, { ...attributes, dilations: 1 });
  if (!g || !hasShape(dy, g.outShape)) return undefined;
  return backend.compute(filterShape, (dfilter) =>
    convolveBackFilter(backend, g, { x: backend.address(x), dy: backend.address(dy), dfilter }),
  );
});
