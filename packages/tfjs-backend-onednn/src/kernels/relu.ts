import { Relu, util } from '@tensorflow/tfjs-core';
import { reluOfDeferred } from '../fusions/defer-relu.js';
import { applyRelu } from '../plans/relu.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel, smallestShared } from './native-kernel.js';
import { unary } from './vector-unary.js';

/** max(x, 0); NaN stays NaN. */
export const relu: NativeKernel = nativeKernel<Inputs<'x'>>(Relu, ({ x }, _, backend) => {
  const length = util.sizeFromShape(x.shape);
  if (!allFloat32(x) || length === 0) return undefined;
  const deferred = backend.deferred(x);
  if (deferred) return reluOfDeferred(backend, x.shape, deferred);
  if (length < smallestShared) return unary(backend, 'Relu', x);
  return backend.compute(x.shape, (y) => applyRelu(backend, length, backend.address(x), y));
});
