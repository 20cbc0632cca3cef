import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { Aten } from '../native/aten.js';
import { float, type TorchTensor } from '../native/torch-tensor.js';
import { allFloat32, hasShape, type NativeKernel, nativeKernel } from './native-kernel.js';

/** Float32 tensors of one shape; weight and velocity are changed in place. */
interface SgdMomentumUpdateInputs {
  weight: TensorInfo;
  velocity: TensorInfo;
  gradient: TensorInfo;
}

/** The constants .01, .9 and .0005 of Krizhevsky et al. 2012, sec. 5. */
interface SgdMomentumUpdateAttrs {
  learningRate: number;
  momentum: number;
  weightDecay: number;
}

/**
 * The paper's update, in place on the data of weight and velocity:
 *
 *   v <- momentum * v - weightDecay * learningRate * w - learningRate * g
 *   w <- w + v
 *
 * Every tensor that shares the data sees the new values. The result is the weight itself, with one more
 * reference.
 */
export const sgdMomentumUpdate: NativeKernel = nativeKernel<SgdMomentumUpdateInputs, SgdMomentumUpdateAttrs>(
  'SgdMomentumUpdate',
  ({ weight, velocity, gradient }, attributes, backend) => {
    check({ weight, velocity, gradient });
    const { aten } = backend;
    aten.scope(() => {
      const [w, v, g] = [weight, velocity, gradient].map((tensor) => backend.tensor(tensor));
      const fused = attributes.momentum > 0 && fusedOn.includes(aten.device.kind);
      const run = fused ? updateInOnePass : update;
      if (util.sizeFromShape(weight.shape) > 0) run(aten, [w, v, g] as Triple, attributes);
      return undefined;
    });
    backend.changed(weight);
    backend.changed(velocity);
    backend.incRef(weight.dataId);
    return { dataId: weight.dataId, shape: weight.shape, dtype: weight.dtype };
  },
);

/** The devices for which PyTorch has the operator `_fused_sgd_`. */
const fusedOn: readonly string[] = ['cpu', 'cuda', 'mps'];

type Triple = [weight: TorchTensor, velocity: TorchTensor, gradient: TorchTensor];

/**
 * One pass over the memory. PyTorch's rule with maximize, dampening 1 - learningRate and a rate of -1 is
 * v <- momentum v + learningRate (-g - weightDecay w); w <- w - (-1) v.
 */
function updateInOnePass(aten: Aten, [w, v, g]: Triple, attributes: SgdMomentumUpdateAttrs): void {
  const { learningRate, momentum, weightDecay } = attributes;
  const constants = [-weightDecay, momentum, -1, 1 - learningRate].map(float);
  const [nesterov, maximize, isFirstStep] = [false, true, false];
  const lists = [[w], [g], [v]];
  aten.call('_fused_sgd_', [...lists, ...constants, nesterov, maximize, isFirstStep, null, null], 0);
}

function update(aten: Aten, [w, v, g]: Triple, attributes: SgdMomentumUpdateAttrs): void {
  const { learningRate, momentum, weightDecay } = attributes;
  const kept = aten.one('mul.Tensor', [v, aten.scalar(momentum)]);
  const decayed = aten.add(kept, w, -weightDecay * learningRate);
  aten.copyInto(v, aten.add(decayed, g, -learningRate));
  aten.copyInto(w, aten.add(w, v));
}

function check({ weight, velocity, gradient }: SgdMomentumUpdateInputs): void {
  if (!allFloat32(weight, velocity, gradient)) {
    const dtypes = [weight, velocity, gradient].map(({ dtype }) => dtype);
    throw new TypeError(
      `weight, velocity and gradient must be float32 (SgdMomentumUpdate), got ${dtypes.join(', ')}.`,
    );
  }
  for (const [name, tensor] of Object.entries({ velocity, gradient })) {
    if (hasShape(tensor, weight.shape)) continue;
    throw new RangeError(
      `${name} must have the weight's shape [${weight.shape}] (SgdMomentumUpdate), got [${tensor.shape}].`,
    );
  }
}
