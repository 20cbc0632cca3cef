import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import { floatValues } from '../loops/float-values.js';
import { type ChannelGeometry, channelGeometry, normalizeBatchBack } from '../plans/batch-normalization.js';
import { withDefault } from './fused-batch-norm.js';
import { type NativeKernel, nativeKernel } from './native-kernel.js';

/** The name of the kernel that FusedBatchNorm's gradient runs; it is specific to this package. */
export const FusedBatchNormGrad = 'FusedBatchNormGrad';

/** The inputs of FusedBatchNorm, and the gradient of its result. */
export interface FusedBatchNormGradInputs {
  dy: TensorInfo;
  x: TensorInfo;
  mean: TensorInfo;
  variance: TensorInfo;
  scale?: TensorInfo | undefined;
}

interface FusedBatchNormGradAttrs {
  varianceEpsilon: number;
}

/**
 * The gradients for x, mean, variance, scale and offset, with one pass over x and dy for the sums and one for
 * dx.
 */
export const fusedBatchNormGrad: NativeKernel = nativeKernel<
  FusedBatchNormGradInputs,
  FusedBatchNormGradAttrs
>(FusedBatchNormGrad, (inputs, { varianceEpsilon }, backend) => {
  const g = batchNormGradGeometry(inputs);
  if (!g)
    throw new TypeError(`x must have channels of float32 (FusedBatchNormGrad), got [${inputs.x.shape}].`);
  const { x, dy, mean, variance } = inputs;
  return withDefault(backend, inputs.scale, g.channels, 1, (scale) => {
    const dscale = backend.compute(mean.shape, (_, values) => values.fill(0));
    const doffset = backend.compute(mean.shape, (_, values) => values.fill(0));
    const dx = backend.compute(x.shape, (address) =>
      normalizeBatchBack(backend, g, varianceEpsilon, {
        x: backend.address(x),
        dy: backend.address(dy),
        mean: backend.address(mean),
        variance: backend.address(variance),
        scale: backend.address(scale),
        dx: address,
        dscale: backend.address(dscale),
        dshift: backend.address(doffset),
      }),
    );
    const statistics = statisticsBack(backend, { variance, scale, dscale, doffset }, varianceEpsilon);
    return [dx, ...statistics, dscale, doffset];
  });
});

/** The geometry of x, or undefined if the kernel does not support the inputs. */
export function batchNormGradGeometry(inputs: FusedBatchNormGradInputs): ChannelGeometry | undefined {
  const { x, dy, mean, variance, scale } = inputs;
  const parameters = [mean, variance, ...(scale ? [scale] : [])];
  if ([x, dy, ...parameters].some(({ dtype }) => dtype !== 'float32')) return undefined;
  return channelGeometry(
    x.shape,
    parameters.map(({ shape }) => shape),
  );
}

/**
 * The gradients dmean = -scale r doffset and dvariance = -scale r^2 dscale / 2, where r = 1 / sqrt(variance +
 * epsilon) and dscale is the sum of dy (x - mean) r.
 */
function statisticsBack(
  backend: OneDnnBackend,
  tensors: Record<'variance' | 'scale' | 'dscale' | 'doffset', TensorInfo>,
  epsilon: number,
): TensorInfo[] {
  const variance = floatValues(backend, tensors.variance);
  const scale = floatValues(backend, tensors.scale);
  const [dscale, doffset] = [floatValues(backend, tensors.dscale), floatValues(backend, tensors.doffset)];
  const each = (f: (c: number, scaleOverDeviation: number, deviation: number) => number): TensorInfo =>
    backend.compute(tensors.variance.shape, (_, values) => {
      for (let c = 0; c < values.length; c++) {
        const deviation = Math.sqrt((variance[c] as number) + epsilon);
        values[c] = f(c, (scale[c] as number) / deviation, deviation);
      }
    });
  return [
    each((c, factor) => -factor * (doffset[c] as number)),
    each((c, factor, deviation) => (-0.5 * factor * (dscale[c] as number)) / deviation),
  ];
}
