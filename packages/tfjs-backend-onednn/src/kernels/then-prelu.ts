import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { NativeKernel } from './native-kernel.js';
import { binary } from './vector-binary.js';

/**
 * Extends a fused kernel to prelu: the kernel runs without an activation, and prelu follows in place of it.
 */
export function thenPrelu(kernel: NativeKernel): NativeKernel {
  return {
    ...kernel,
    run(inputs, attributes, backend) {
      const { preluActivationWeights: alpha, ...others } = inputs as Record<string, TensorInfo | undefined>;
      const { activation } = attributes as { activation?: string };
      if (activation !== 'prelu' || !alpha) return kernel.run(inputs, attributes, backend);
      const linear = { ...(attributes as object), activation: 'linear' };
      const y = kernel.run(others, linear, backend) as TensorInfo | undefined;
      if (!y) return undefined;
      try {
        return binary(backend, 'Prelu', y, alpha);
      } finally {
        backend.disposeData(y.dataId);
      }
    },
  };
}
