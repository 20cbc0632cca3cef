import { type KernelConfig, min, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';

/**
 * The gradient of max pooling with tfjs's own kernel. That kernel searches for the maximum from the smallest
 * positive number upwards, so a window without a positive value would get no gradient (tfjs 4.22). x is
 * shifted above 0 first.
 */
export function maxPoolGrad(own: KernelConfig): KernelConfig {
  return {
    ...own,
    kernelFunc: (params) => {
      const { input } = params.inputs as Record<'input', Tensor>;
      return tidy(() => {
        const [lowest = 0] = min(input).dataSync();
        if (lowest > 0) return own.kernelFunc(params) as Tensor;
        const moved = sub(input, lowest - 1);
        return own.kernelFunc({ ...params, inputs: { ...params.inputs, input: moved } }) as Tensor;
      });
    },
  };
}
