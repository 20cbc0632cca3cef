import { FusedBatchNorm, type FusedBatchNormAttrs, type TensorInfo } from '@tensorflow/tfjs-core';
import type { OneDnnBackend } from '../backend.js';
import { channelGeometry, normalizeBatch } from '../plans/batch-normalization.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';

/** tfjs's default of `varianceEpsilon`. */
export const defaultEpsilon = 0.001;

type BatchNormInputs = Inputs<'x' | 'mean' | 'variance'> & Partial<Inputs<'scale' | 'offset'>>;

/**
 * Batch normalization with given statistics for each channel. The channels are the last dimension or, with
 * parameters [1, C, 1, 1], another one, for which tfjs's cpu kernel gives wrong results.
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

/** Calls `use` with the tensor or, if it is undefined, with a temporary tensor of `length` equal values. */
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
