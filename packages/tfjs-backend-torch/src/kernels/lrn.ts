import { LRN, LRNGrad, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { TorchBackend } from '../backend.js';
import { some, type TorchTensor } from '../native/torch-tensor.js';
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

/** With more channels than this, pooling takes less time than a product with a matrix. */
const MOST_CHANNELS = 512;

/** The window is the same from both sides, so the sum is its own transpose. */
function window(backend: TorchBackend, x: TensorInfo, attributes: LrnAttributes): WindowSum {
  const channels = x.shape.at(-1) ?? 1;
  return channels <= MOST_CHANNELS
    ? productWindow(backend, channels, attributes)
    : pooledWindow(backend, lines(x).shape as [number, number], attributes);
}

/**
 * The sums as products with a matrix that has a band of equal values, which take a tenth of the time of pooling.
 * A value that is NaN or infinite makes NaN of all channels of its pixel.
 */
function productWindow(
  backend: TorchBackend,
  channels: number,
  { depthRadius: radius, bias, alpha, beta }: LrnAttributes,
): WindowSum {
  const band = (value: number): TorchTensor =>
    backend.constant([channels, channels], `band of ${value} within ${radius}`, (i) =>
      Math.abs((i % channels) - Math.floor(i / channels)) <= radius ? value : 0,
    );
  const product = (x: TorchTensor, value: number, summand: TorchTensor | null): TorchTensor =>
    backend.aten.one('linear', [x, band(value), summand && some(summand)]);
  return {
    scale: (squares) =>
      product(
        squares,
        alpha,
        backend.constant([channels], `${bias}`, () => bias),
      ),
    back: (x) => product(x, 2 * alpha * beta, null),
  };
}

function pooledWindow(
  { aten }: TorchBackend,
  shape: [rows: number, channels: number],
  { depthRadius, bias, alpha, beta }: LrnAttributes,
): WindowSum {
  const sum = (x: TorchTensor): TorchTensor =>
    aten.one('view', [sumsOverChannels(aten, x, shape, depthRadius), shape]);
  return {
    scale: (squares) => aten.add(aten.scalar(bias), sum(squares), alpha),
    back: (x) => aten.one('mul.Tensor', [sum(x), aten.scalar(2 * alpha * beta)]),
  };
}

export const lrnKernels: readonly NativeKernel[] = [lrn, lrnGrad];
