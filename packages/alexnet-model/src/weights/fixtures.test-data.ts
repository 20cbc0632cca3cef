import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import type { ImportWeightsOptions } from './import-weights.js';

const folder = new URL('../../fixtures/', import.meta.url);

/** A weight file of `fixtures/`. */
export const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, folder)));

/** What PyTorch computes from each file, by `make-weights.py`. */
export const expectedLogits: Readonly<
  Record<string, { imageSize: number; scale: number; logits: number[] }>
> = JSON.parse(readFileSync(new URL('logits.json', folder), 'utf8'));

/** The files, and what has to be said of those that do not say it. */
export const files: [string, ImportWeightsOptions][] = [
  ['torchvision.pth', {}],
  ['legacy.pth', {}],
  ['grouped-checkpoint.pth', { preset: 'caffe' }],
  ['paper.safetensors', { preset: 'paper' }],
  ['original2012.safetensors', { preset: 'original2012' }],
  ['bvlc.caffemodel', {}],
  ['caffenet-v1.caffemodel', {}],
];

/** The picture of `make-weights.py`, `[1, size, size, 3]` RGB. */
export function picture(size: number, scale: number): tf.Tensor4D {
  const values = Float32Array.from(
    { length: size * size * 3 },
    (_, i) => ((Math.imul(i, 2654435761) >>> 0) / 2 ** 32 * 255 - 127) * scale, // biome-ignore format: one line
  );
  return tf.tensor4d(values, [1, size, size, 3]);
}

/** What the layer before the softmax gives for a picture. */
export function logitsOf(model: tfl.LayersModel, x: tf.Tensor): Float32Array {
  return tf.tidy(() => {
    const before = tfl.model({ inputs: model.inputs, outputs: model.getLayer('fc8').output });
    return (before.predict(x) as tf.Tensor).dataSync<'float32'>();
  });
}

/** The same for the picture of a fixture. */
export function logitsOfFixture(model: tfl.LayersModel, name: string): Float32Array {
  const { imageSize = 0, scale = 0 } = expectedLogits[name] ?? {};
  return tf.tidy(() => logitsOf(model, picture(imageSize, scale)));
}
