import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import { type MomentumConstants, stepWithMomentum } from '../plans/momentum-step.js';
import { offset } from '../plans/strided-copy.js';
import { allFloat32, type NativeKernel, nativeKernel } from './native-kernel.js';

/** The name of the optimizer kernel, which is specific to this package. */
export const SgdMomentumUpdate = 'SgdMomentumUpdate';

/** Float32 tensors of one shape. */
export interface SgdMomentumUpdateInputs {
  /** Changed in place. */
  weight: TensorInfo;
  /** Changed in place. */
  velocity: TensorInfo;
  gradient: TensorInfo;
}

/** The constants .01, .9 and .0005 of Krizhevsky et al. 2012, sec. 5. */
export type SgdMomentumUpdateAttrs = MomentumConstants;

/** The number of values of each array that stay in a core's cache from the first pass to the second. */
const valuesPerThread = 65536;

/**
 * The paper's update, in place on the data of weight and velocity:
 *
 *   v <- momentum * v - weightDecay * learningRate * w - learningRate * g
 *   w <- w + v
 *
 * Every tensor that shares the data (clones, the tensor that a variable was created from) sees the new
 * values. The result is the weight itself, with one more reference.
 */
export const sgdMomentumUpdate: NativeKernel = nativeKernel<SgdMomentumUpdateInputs, SgdMomentumUpdateAttrs>(
  SgdMomentumUpdate,
  ({ weight, velocity, gradient }, attributes, backend) => {
    checkSgdMomentumInputs({ weight, velocity, gradient });
    const length = util.sizeFromShape(weight.shape);
    backend.materializeReaders(weight);
    backend.materializeReaders(velocity);
    const at = [weight, velocity, gradient].map((tensor) => backend.address(tensor));
    const chunk = valuesPerThread * backend.info.threads;
    for (let start = 0; start < length; start += chunk) {
      const [w, v, g] = at.map((address) => offset(address, start)) as [bigint, bigint, bigint];
      stepWithMomentum(backend, attributes, Math.min(chunk, length - start), { w, v, g });
    }
    backend.incRef(weight.dataId);
    return { dataId: weight.dataId, shape: weight.shape, dtype: weight.dtype };
  },
);

/** @throws TypeError unless all tensors are float32; RangeError unless all have the weight's shape. */
export function checkSgdMomentumInputs({ weight, velocity, gradient }: SgdMomentumUpdateInputs): void {
  if (!allFloat32(weight, velocity, gradient)) {
    const dtypes = [weight, velocity, gradient].map(({ dtype }) => dtype);
    throw new TypeError(
      `weight, velocity and gradient must be float32 (SgdMomentumUpdate), got ${dtypes.join(', ')}.`,
    );
  }
  for (const [name, { shape }] of Object.entries({ velocity, gradient })) {
    if (util.arraysEqual(shape, weight.shape)) continue;
    throw new RangeError(
      `${name} must have the weight's shape [${weight.shape}] (SgdMomentumUpdate), got [${shape}].`,
    );
  }
}
