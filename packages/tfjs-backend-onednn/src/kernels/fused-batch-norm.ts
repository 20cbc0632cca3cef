import { FusedBatchNorm, type FusedBatchNormAttrs, type TensorInfo } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import { channelGeometry, normalizeBatch } from '../plans/batch-normalization.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';

/** Without `varianceEpsilon`: tfjs's own default. */
export const defaultEpsilon = 0.001;

type BatchNormInputs = Inputs<'x' | 'mean' | 'variance'> & Partial<Inputs<'scale' | 'offset'>>;

/**
 * Batch normalization by given statistics, for each channel: of the last dimension, or of another one (parameters
 * [1, C, 1, 1]), which tfjs's cpu kernel gets wrong.
 */
export const fusedBatchNorm: NativeKernel = nativeKernel<BatchNormInputs, FusedBatchNormAttrs>(
  FusedBatchNorm,
  (inputs, { varianceEpsilon }, backend) => {
    const { x, mean, variance, scale, offset } = inputs;
    const parameters = [mean, variance, scale, offset].filter(
      (tensor) => tensor !== undefined && tensor !== null,
    );
    const g = channelGeometry(
      x.shape,
      parameters.map(({ shape }) => shape),
    );
    if (!g || !allFloat32(x, ...parameters)) return undefined;
    return withDefault(backend, scale, g.channels, 1, (factor) =>
      withDefault(backend, offset, g.channels, 0, (summand) =>
        backend.compute(x.shape, (y) =>
          normalizeBatch(backend, g, varianceEpsilon ?? defaultEpsilon, {
            x: backend.address(x),
            mean: backend.address(mean),
            variance: backend.address(variance),
            scale: backend.address(factor),
            shift: backend.address(summand),
            y,
          }),
        ),
      ),
    );
  },
);

/** Calls `use` with the tensor, or with one of `length` values that lives for the call. */
export function withDefault<T>(
  backend: OneDnnBackend,
  tensor: TensorInfo | undefined,
  length: number,
  value: number,
  use: (tensor: TensorInfo) => T,
): T {
  if (tensor) return use(tensor);
  const made = backend.compute([length], (_, values) => values.fill(value));
  try {
    return use(made);
  } finally {
    backend.disposeData(made.dataId);
  }
}
