import { LRN, LRNGrad, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { TorchBackend } from '../backend.js';
import { type Normalization, normalize, normalizeBack, type WindowSum } from '../operations/normalization.js';
import { sumsOverChannels } from '../operations/pooling.js';
import {
  allFloat32,
  hasShape,
  type Inputs,
  isEmpty,
  type NativeKernel,
  nativeKernel,
} from './native-kernel.js';

type LrnAttributes = Normalization & { depthRadius: number };

/** Local response normalization over the neighboring channels. */
const lrn: NativeKernel = nativeKernel<Inputs<'x'>, LrnAttributes>(LRN, ({ x }, attributes, backend) => {
  if (!allFloat32(x) || isEmpty(x)) return undefined;
  return backend.compute(x.shape, 'float32', (aten) =>
    normalize(aten, backend.tensor(lines(x)), window(backend, x, attributes.depthRadius), attributes),
  );
});

/** The gradient of LRN. */
const lrnGrad: NativeKernel = nativeKernel<Inputs<'x' | 'y' | 'dy'>, LrnAttributes>(
  LRNGrad,
  ({ x, dy }, attributes, backend) => {
    if (!allFloat32(x, dy) || isEmpty(x) || !hasShape(dy, x.shape)) return undefined;
    return backend.compute(x.shape, 'float32', (aten) => {
      const inputs = { x: backend.tensor(lines(x)), dy: backend.tensor(lines(dy)) };
      return normalizeBack(aten, inputs, window(backend, x, attributes.depthRadius), attributes);
    });
  },
);

/** The channels of each pixel as a line of an image, over which a window slides: [N * H * W, 1, 1, C]. */
function lines(x: TensorInfo): TensorInfo {
  const channels = x.shape.at(-1) ?? 1;
  return { ...x, shape: [util.sizeFromShape(x.shape) / channels, 1, 1, channels] };
}

/** The window is the same from both sides, so the sum is its own transpose. */
function window({ aten }: TorchBackend, x: TensorInfo, radius: number): WindowSum {
  const [rows = 1, , , channels = 1] = lines(x).shape;
  const sum: WindowSum['sum'] = (values) => sumsOverChannels(aten, values, [rows, channels], radius);
  return { sum, back: sum };
}

export const lrnKernels: readonly NativeKernel[] = [lrn, lrnGrad];
