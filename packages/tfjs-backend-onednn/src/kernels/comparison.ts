import { broadcast_util, util } from '@tensorflow/tfjs-core';
import { type BinaryLoop, comparisonLoops } from '../loops/binary-loops.js';
import { forEachRow } from '../loops/broadcast-rows.js';
import { floatValues } from '../loops/float-values.js';
import { allFloat32, type Inputs, type NativeKernel, nativeKernel, smallestExact } from './native-kernel.js';

/** Equal, NotEqual, Greater, GreaterEqual, Less and LessEqual of float32 values, with bool results. */
export const comparisonKernels: NativeKernel[] = Object.entries<BinaryLoop>(comparisonLoops).map(
  ([kernelName, loop]) =>
    nativeKernel<Inputs<'a' | 'b'>>(kernelName, ({ a, b }, _, backend) => {
      const outShape = broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
      const length = util.sizeFromShape(outShape);
      if (!allFloat32(a, b) || length < smallestExact) return undefined;
      const y = new Uint8Array(length);
      const [p, q] = [floatValues(backend, a), floatValues(backend, b)];
      forEachRow(a.shape, b.shape, (row) => loop(p, q, y, row));
      return backend.makeTensorInfo(outShape, 'bool', y);
    }),
);
