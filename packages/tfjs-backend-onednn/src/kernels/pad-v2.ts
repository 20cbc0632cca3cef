import { PadV2, type PadV2Attrs, util } from '@tensorflow/tfjs-core';
import { denseStrides } from '../native/native-engine.js';
import { copyStrided, maximumRank, offset } from '../plans/strided-copy.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel, smallestMoved } from './native-kernel.js';

/** Pads a tensor with a constant; also the gradient of Slice. */
export const padV2: NativeKernel = nativeKernel<Inputs<'x'>, PadV2Attrs>(
  PadV2,
  ({ x }, { paddings, constantValue }, backend) => {
    const outShape = x.shape.map((size, i) => size + (paddings[i]?.[0] ?? 0) + (paddings[i]?.[1] ?? 0));
    const worthwhile = util.sizeFromShape(outShape) >= smallestMoved && util.sizeFromShape(x.shape) > 0;
    if (!worthwhile || !allFloat32(x) || x.shape.length > maximumRank) return undefined;
    const to = denseStrides(outShape);
    const start = paddings.reduce((sum, [before], i) => sum + before * (to[i] ?? 0), 0);
    return backend.compute(outShape, (y, values) => {
      values.fill(constantValue);
      const copy = { dims: x.shape, from: denseStrides(x.shape), to };
      copyStrided(backend, copy, backend.address(x), offset(y, start));
    });
  },
);
