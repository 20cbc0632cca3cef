import type { Tensor } from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Conv1Kernels } from './conv1-figure.js';
import { conv1Layers } from './conv1-layers.js';

/** The kernels of conv1, one entry per tower. */
export function conv1Kernels(model: tfl.LayersModel): Promise<Conv1Kernels[]> {
  return Promise.all(
    conv1Layers(model).map(async (layer) => {
      const kernel = layer.getWeights()[0] as Tensor;
      return { shape: kernel.shape as Conv1Kernels['shape'], data: await kernel.data() };
    }),
  );
}
