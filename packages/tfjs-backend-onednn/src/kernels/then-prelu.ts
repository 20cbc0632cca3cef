import type { TensorInfo } from '@tensorflow/tfjs-core';
import { functionLoops } from '../loops/binary-loops.js';
import { binaryLoop } from './binary-loop.js';
import type { NativeKernel } from './native-kernel.js';

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
        return binaryLoop(backend, functionLoops.Prelu, y, alpha);
      } finally {
        backend.disposeData(y.dataId);
      }
    },
  };
}
