import { Cast, type CastAttrs } from '@tensorflow/tfjs-core';
import { type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';

/**
 * Casts int32 and bool to float32 as a copy; tfjs's cpu kernel would share the integers under another type.
 */
export const cast: NativeKernel = nativeKernel<Inputs<'x'>, CastAttrs>(Cast, ({ x }, { dtype }, backend) => {
  if (dtype !== 'float32' || (x.dtype !== 'int32' && x.dtype !== 'bool')) return undefined;
  const source = backend.data.get(x.dataId).values as ArrayLike<number>;
  return backend.compute(x.shape, (_, values) => values.set(source));
});
