import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import type { Description } from '../describe.js';
import { writeDescription } from '../description.js';
import { layerNames } from '../layer-names.js';
import { flattenedSide, fromTfjs } from '../layouts.js';
import { torchNames } from '../pytorch/torch-names.js';
import { writeSafetensors } from './safetensors.js';

/** Writes `.safetensors` for a PyTorch module of the same net, with the names of {@link torchNames}. */
export async function exportSafetensors(
  model: tfl.LayersModel,
  description: Description,
): Promise<Uint8Array> {
  const { net } = description;
  const names = torchNames(net);
  const tensors = [];
  for (const [i, towers] of layerNames(net).entries()) {
    const mapSide = i === net.convs.length ? flattenedSide(model) : undefined;
    const [weight, bias] = tf.tidy(() => {
      const parts = towers.map((name) => model.getLayer(name).getWeights());
      const kernel = tf.concat(parts.map(([own]) => own as tf.Tensor), -1); // biome-ignore format: one line
      const biases = tf.concat(parts.map(([, own]) => own as tf.Tensor), -1); // biome-ignore format: one line
      return [fromTfjs(kernel, { isFirst: i === 0, mapSide }), biases];
    });
    for (const [tensor, half] of [
      [weight, 'weight'],
      [bias, 'bias'],
    ] as const) {
      const values = new Float32Array(await tensor.data());
      tensors.push({ name: `${names[i]}.${half}`, shape: tensor.shape, values });
      tensor.dispose();
    }
  }
  return writeSafetensors(tensors, { format: 'pt', ...writeDescription(description) });
}
