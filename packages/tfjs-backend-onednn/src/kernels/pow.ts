import { Pow, util } from '@tensorflow/tfjs-core';
import type { ElementwiseFunction } from '../native/operations.js';
import { applyElementwise } from '../plans/elementwise.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel, smallest } from './native-kernel.js';

/** a^b for a scalar b. */
export const pow: NativeKernel = nativeKernel<Inputs<'a' | 'b'>>(Pow, ({ a, b }, _, backend) => {
  const length = util.sizeFromShape(a.shape);
  if (!allFloat32(a, b) || length < smallest || b.shape.length > a.shape.length) return undefined;
  const exponent = util.sizeFromShape(b.shape) === 1 ? backend.data.get(b.dataId).values?.[0] : undefined;
  if (typeof exponent !== 'number' || !Number.isFinite(exponent)) return undefined;
  const f: ElementwiseFunction = { kind: 'pow', alpha: 1, beta: exponent };
  return backend.compute(a.shape, (y) => applyElementwise(backend, f, length, backend.address(a), y));
});
