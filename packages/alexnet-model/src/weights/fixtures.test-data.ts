import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import type { ImportWeightsOptions } from './import-weights.js';

const folder = new URL('../../fixtures/', import.meta.url);

/** A weight file of `fixtures/`. */
export const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, folder)));

const computed: Record<string, { imageSize: number; scale: number; logits: number[] }> = JSON.parse(
  readFileSync(new URL('logits.json', folder), 'utf8'),
);
/**
 * The logits that PyTorch computed from each file in `make-weights.py`. `make-checkpoints.py` wrote the
 * weights of torchvision.pth in another format.
 */
export const expectedLogits: Readonly<typeof computed> = {
  ...computed,
  'first-format.pth': computed['torchvision.pth'] as (typeof computed)[string],
};

/** The files, with the options for those that do not describe their net. */
export const files: [string, ImportWeightsOptions][] = [
  ['torchvision.pth', {}],
  ['legacy.pth', {}],
  ['grouped-checkpoint.pth', { preset: 'caffe' }],
  ['paper.safetensors', { preset: 'paper' }],
  ['original2012.safetensors', { preset: 'original2012' }],
  ['bvlc.caffemodel', {}],
  ['caffenet-v1.caffemodel', {}],
];

/** The image of `make-weights.py`, `[1, size, size, 3]` RGB. */
export function testImage(size: number, scale: number): tf.Tensor4D {
  const values = Float32Array.from(
    { length: size * size * 3 },
    (_, i) => ((Math.imul(i, 2654435761) >>> 0) / 2 ** 32 * 255 - 127) * scale, // biome-ignore format: one line
  );
  return tf.tensor4d(values, [1, size, size, 3]);
}

/** The output of the layer before the softmax. */
export function logitsOf(model: tfl.LayersModel, x: tf.Tensor): Float32Array {
  return tf.tidy(() => {
    const before = tfl.model({ inputs: model.inputs, outputs: model.getLayer('fc8').output });
    return (before.predict(x) as tf.Tensor).dataSync<'float32'>();
  });
}

/** The logits for the image of a fixture. */
export function logitsOfFixture(model: tfl.LayersModel, name: string): Float32Array {
  const { imageSize = 0, scale = 0 } = expectedLogits[name] ?? {};
  return tf.tidy(() => logitsOf(model, testImage(imageSize, scale)));
}
