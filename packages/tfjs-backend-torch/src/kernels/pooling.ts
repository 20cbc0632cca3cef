import { geometryKey, type PoolingAttributes, poolingGeometry } from '@alexnet/native-backend';
import { AvgPool, AvgPoolGrad, MaxPool, MaxPoolGrad } from '@tensorflow/tfjs-core';
import { averagePool, averagePoolBack, maxPoolBack, maxPoolWithPositions } from '../operations/pooling.js';
import { allFloat32, hasShape, type Inputs, type NativeKernel, nativeKernel } from './native-kernel.js';

/** Max pooling; under a gradient tape it keeps the positions of the maxima with its output. */
const maxPool: NativeKernel = nativeKernel<Inputs<'x'>, PoolingAttributes>(
  MaxPool,
  ({ x }, attributes, backend) => {
    const g = allFloat32(x) ? poolingGeometry(x.shape, attributes) : undefined;
    if (!g) return undefined;
    const { aten, taped } = backend;
    const [values, positions] = aten.scope(() => {
      const found = maxPoolWithPositions(aten, g, backend.tensor(x));
      const y = aten.one('contiguous', [found.y, 0]);
      return taped ? [y, found.positions] : [y];
    });
    if (!values) return undefined;
    const y = backend.adopt(values, g.outShape, 'float32');
    if (positions) backend.keepMaxima(y, geometryKey(g), positions);
    return y;
  },
);

/** Passes dy to the first maximum of each window in row order. */
const maxPoolGrad: NativeKernel = nativeKernel<Inputs<'dy' | 'input' | 'output'>, PoolingAttributes>(
  MaxPoolGrad,
  ({ dy, input, output }, attributes, backend) => {
    const g = allFloat32(dy, input) ? poolingGeometry(input.shape, attributes) : undefined;
    if (!g || !hasShape(dy, g.outShape)) return undefined;
    return backend.compute(input.shape, 'float32', (aten) => {
      const x = backend.tensor(input);
      const positions = backend.maxima(output, geometryKey(g)) ?? maxPoolWithPositions(aten, g, x).positions;
      return maxPoolBack(aten, g, { dy: backend.tensor(dy), x, positions });
    });
  },
);

/** The mean of each window's part inside the image. */
const avgPool: NativeKernel = nativeKernel<Inputs<'x'>, PoolingAttributes>(
  AvgPool,
  ({ x }, attributes, backend) => {
    const g = allFloat32(x) ? poolingGeometry(x.shape, attributes) : undefined;
    return g && backend.compute(g.outShape, 'float32', (aten) => averagePool(aten, g, backend.tensor(x)));
  },
);

/** Spreads dy over each window, divided by the window's whole size, as tfjs's cpu kernel does. */
const avgPoolGrad: NativeKernel = nativeKernel<Inputs<'dy' | 'input'>, PoolingAttributes>(
  AvgPoolGrad,
  ({ dy, input }, attributes, backend) => {
    const g = allFloat32(dy, input) ? poolingGeometry(input.shape, attributes) : undefined;
    if (!g || !hasShape(dy, g.outShape)) return undefined;
    return backend.compute(input.shape, 'float32', (aten) =>
      averagePoolBack(aten, g, { dy: backend.tensor(dy), x: backend.tensor(input) }),
    );
  },
);

export const poolingKernels: readonly NativeKernel[] = [maxPool, maxPoolGrad, avgPool, avgPoolGrad];
