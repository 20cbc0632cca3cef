import { ReluGrad } from '@alexnet/native-backend';
import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs-core';
import {
  checkSgdMomentumInputs,
  SgdMomentumUpdate,
  type SgdMomentumUpdateAttrs,
  type SgdMomentumUpdateInputs,
} from './sgd-momentum-update.js';

/** Kernels of this package that are also registered for tfjs's cpu backend, in plain JavaScript. */
export const cpuKernels: KernelConfig[] = [
  {
    kernelName: ReluGrad,
    backendName: 'cpu',
    kernelFunc: ({ inputs, backend }) => reluGrad(inputs as never, backend as MathBackendCPU),
  },
  {
    kernelName: SgdMomentumUpdate,
    backendName: 'cpu',
    kernelFunc: ({ inputs, attrs, backend }) =>
      update(inputs as never, attrs as never, backend as MathBackendCPU),
  },
];

function reluGrad({ dy, y }: { dy: TensorInfo; y: TensorInfo }, backend: MathBackendCPU): TensorInfo {
  const output = valuesOf(backend, y);
  const dx = Float32Array.from(valuesOf(backend, dy), (d, i) => (Number(output[i]) <= 0 ? d * 0 : d));
  return backend.makeTensorInfo(y.shape, 'float32', dx);
}

/** Makes new arrays: those that `dataSync` returned, or that a tensor was made from, keep their values. */
function update(
  inputs: SgdMomentumUpdateInputs,
  { learningRate, momentum, weightDecay }: SgdMomentumUpdateAttrs,
  backend: MathBackendCPU,
): TensorInfo {
  checkSgdMomentumInputs(inputs);
  const { weight, velocity } = inputs;
  const w = valuesOf(backend, weight).slice();
  const v = valuesOf(backend, velocity).slice();
  const g = valuesOf(backend, inputs.gradient);
  for (let i = 0; i < w.length; i++) {
    const old = w[i] as number;
    v[i] = momentum * (v[i] as number) - learningRate * (weightDecay * old + (g[i] as number));
    w[i] = old + (v[i] as number);
  }
  backend.data.get(weight.dataId).values = w;
  backend.data.get(velocity.dataId).values = v;
  backend.incRef(weight.dataId);
  return { dataId: weight.dataId, shape: weight.shape, dtype: weight.dtype };
}

function valuesOf(backend: MathBackendCPU, tensor: TensorInfo): Float32Array {
  return backend.data.get(tensor.dataId).values as Float32Array;
}
