import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Aten } from '../native/aten.js';
import { type Normalization, normalize, normalizeBack, type WindowSum } from '../operations/normalization.js';
import { sumsAround } from '../operations/pooling.js';
import {
  allFloat32,
  hasShape,
  type Inputs,
  isEmpty,
  type NativeKernel,
  nativeKernel,
} from './native-kernel.js';

/** Attributes of the kernels SameMapNorm and SameMapNormGrad. */
interface SameMapNormAttrs extends Normalization {
  /** The side of the square window. */
  size: number;
}

/**
 * Normalization within each map, x [N, H, W, C]: y = x / (bias + alpha * sum of x^2)^beta, where the sum is
 * over the size x size pixels around each one in the same channel.
 */
const sameMapNorm: NativeKernel = nativeKernel<Inputs<'x'>, SameMapNormAttrs>(
  'SameMapNorm',
  ({ x }, attributes, backend) => {
    check('SameMapNorm', x, attributes);
    return backend.compute(x.shape, 'float32', (aten) =>
      isEmpty(x)
        ? aten.empty(x.shape, 'float32')
        : normalize(aten, backend.tensor(x), window(aten, attributes), attributes.beta),
    );
  },
);

/** The gradient of SameMapNorm. */
const sameMapNormGrad: NativeKernel = nativeKernel<Inputs<'x' | 'dy'>, SameMapNormAttrs>(
  'SameMapNormGrad',
  ({ x, dy }, attributes, backend) => {
    check('SameMapNormGrad', x, attributes);
    if (!hasShape(dy, x.shape) || !allFloat32(dy)) {
      throw new RangeError(
        `dy must be float32 [${x.shape}] (SameMapNormGrad), got ${dy.dtype} [${dy.shape}].`,
      );
    }
    return backend.compute(x.shape, 'float32', (aten) => {
      if (isEmpty(x)) return aten.empty(x.shape, 'float32');
      const inputs = { x: backend.tensor(x), dy: backend.tensor(dy) };
      return normalizeBack(aten, inputs, window(aten, attributes), attributes.beta);
    });
  },
);

function window(aten: Aten, { size, bias, alpha, beta }: SameMapNormAttrs): WindowSum {
  return {
    scale: (squares) => aten.add(aten.scalar(bias), sumsAround(aten, squares, size), alpha),
    back: (x) => aten.one('mul.Tensor', [sumsAround(aten, x, size, true), aten.scalar(2 * alpha * beta)]),
  };
}

/** @throws TypeError or RangeError unless x is a float32 batch of images and the attributes are valid. */
function check(kernel: string, x: TensorInfo, { size, bias, alpha }: SameMapNormAttrs): void {
  if (!allFloat32(x)) throw new TypeError(`x must be float32 (${kernel}), got ${x.dtype}.`);
  if (x.shape.length !== 4) throw new RangeError(`x must have rank 4 (${kernel}), got shape [${x.shape}].`);
  if (!Number.isInteger(size) || size < 1) {
    throw new RangeError(`size must be a whole number >= 1 (${kernel}), got ${size}.`);
  }
  if (!(bias > 0)) throw new RangeError(`bias must be a number > 0 (${kernel}), got ${bias}.`);
  if (!(alpha >= 0)) throw new RangeError(`alpha must be a number >= 0 (${kernel}), got ${alpha}.`);
}

export const sameMapNormKernels: readonly NativeKernel[] = [sameMapNorm, sameMapNormGrad];
