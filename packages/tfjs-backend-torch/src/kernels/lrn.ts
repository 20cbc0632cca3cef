import { LRN, LRNGrad, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { TorchBackend } from '../backend.js';
import type { TorchTensor } from '../native/torch-tensor.js';
import {
  type Normalization,
  normalize,
  normalizeBack,
  sumsOverChannels,
  type WindowSum,
} from '../operations/normalization.js';
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
    normalize(aten, backend.tensor(lines(x)), window(backend, x, attributes), attributes.beta),
  );
});

/** The gradient of LRN. */
const lrnGrad: NativeKernel = nativeKernel<Inputs<'x' | 'y' | 'dy'>, LrnAttributes>(
  LRNGrad,
  ({ x, dy }, attributes, backend) => {
    if (!allFloat32(x, dy) || isEmpty(x) || !hasShape(dy, x.shape)) return undefined;
    return backend.compute(x.shape, 'float32', (aten) => {
      const inputs = { x: backend.tensor(lines(x)), dy: backend.tensor(lines(dy)) };
      return normalizeBack(aten, inputs, window(backend, x, attributes), attributes.beta);
    });
  },
);

/** The channels of each pixel as a row: [N * H * W, C]. */
function lines(x: TensorInfo): TensorInfo {
  const channels = x.shape.at(-1) ?? 1;
  return { ...x, shape: [util.sizeFromShape(x.shape) / channels, channels] };
}

/** The window is the same from both sides, so the sum is its own transpose. */
function window(
  { aten }: TorchBackend,
  x: TensorInfo,
  { depthRadius, bias, alpha, beta }: LrnAttributes,
): WindowSum {
  const sum = (values: TorchTensor): TorchTensor =>
    sumsOverChannels(aten, values, x.shape.at(-1) ?? 1, depthRadius);
  return {
    scale: (squares) => aten.add(aten.scalar(bias), sum(squares), alpha),
    back: (values) => aten.one('mul.Tensor', [sum(values), aten.scalar(2 * alpha * beta)]),
  };
}

export const lrnKernels: readonly NativeKernel[] = [lrn, lrnGrad];
