import { type ConvolutionAttributes, convolutionGeometry } from '@alexnet/native-backend';
import { FusedConv2D, type FusedConv2DInputs } from '@tensorflow/tfjs-core';
import { convolutionWork } from '../fusions/defer-convolution.js';
import { withRelu } from '../fusions/defer-relu.js';
import { type ActivationAttributes, activationPostOps, finishActivation } from '../plans/activation.js';
import { filterOf } from '../plans/convolution.js';
import { offset } from '../plans/strided-copy.js';
import { forEachChunk, itemsInLastLevelCache } from '../values/chunks.js';
import { allFloat32, isBiasOf, type NativeKernel, nativeKernel } from './native-kernel.js';
import { thenPrelu } from './then-prelu.js';

/** Conv2D with bias and activation in one pass. */
export const fusedConv2D: NativeKernel = thenPrelu(
  nativeKernel<FusedConv2DInputs, ConvolutionAttributes & ActivationAttributes>(
    FusedConv2D,
    ({ x, filter, bias, preluActivationWeights }, attributes, backend) => {
      const postOps = activationPostOps(attributes);
      if (!postOps || preluActivationWeights || !allFloat32(x, filter, bias)) return undefined;
      const g = convolutionGeometry(x.shape, filter.shape, attributes);
      if (!g || (bias && !isBiasOf(bias, g.outChannels))) return undefined;
      const at = {
        x: backend.block(x),
        filter: filterOf(backend, filter),
        bias: bias && backend.address(bias),
      };
      const work = convolutionWork(backend, g, at, postOps);
      const { activation } = attributes;
      if (work.inBlocks && (!activation || activation === 'linear' || activation === 'relu')) {
        const later = activation === 'relu' ? withRelu(backend, g.outShape, work) : work;
        return backend.defer(g.outShape, later, bias ? [x, filter, bias] : [x, filter]);
      }
      const yItem = g.outHeight * g.outWidth * g.outChannels;
      const finishes = activation === 'relu' || activation === 'relu6';
      const chunkSize = finishes ? itemsInLastLevelCache(g.batch, yItem * 4) : g.batch;
      return backend.compute(g.outShape, (yAt, values) =>
        forEachChunk(g.batch, chunkSize, (first, count) => {
          const address = offset(yAt, first * yItem);
          work.writeChunk(first, count, address);
          const chunk = values.subarray(first * yItem, (first + count) * yItem);
          finishActivation(backend, attributes, { address, values: chunk });
        }),
      );
    },
  ),
);
