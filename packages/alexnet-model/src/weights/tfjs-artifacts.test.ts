import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { alexnet, exportWeights, importWeights } from '../index.js';

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => expect(tf.memory().numTensors).toBe(0));

const small = { width: 1 / 16, imageSize: 64, classes: 3, seed: 5 } as const;

/** The bits of tensors as text, which compares faster than their numbers. */
const textOf = (tensors: readonly (tf.Tensor | undefined)[]): string =>
  tensors
    .map((tensor) => Buffer.from(new Float32Array(tensor?.dataSync() ?? []).buffer).toString('base64'))
    .join();

/** A model saved by tfjs, with the state of its optimizer. */
async function savedWithOptimizer(model: tfl.LayersModel): Promise<tf.io.ModelArtifacts> {
  let artifacts: tf.io.ModelArtifacts = {};
  const handler = tf.io.withSaveHandler(async (saved) => {
    artifacts = saved;
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
  });
  tf.engine().startScope(); // tfjs does not dispose the count of steps that it saves
  await model.save(handler, { includeOptimizer: true });
  tf.engine().endScope();
  return artifacts;
}

test('a LayersModel saved with its optimizer is read without it', async () => {
  const model = alexnet('noLrn', small);
  model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });
  const [xs, ys] = [tf.zeros([1, 64, 64, 3]), tf.tensor2d([[1, 0, 0]])];
  await model.trainOnBatch(xs, ys);
  tf.dispose([xs, ys]);
  const artifacts = await savedWithOptimizer(model);
  const optimizer = artifacts.weightSpecs?.filter(({ group }) => group === 'optimizer') ?? [];
  expect(optimizer.map(({ dtype }) => dtype)).toContain('int32'); // the count of its steps
  const imported = await importWeights(artifacts);
  expect(imported.leftOut).toEqual(optimizer.map((spec) => spec.name));
  expect(textOf(imported.model.getWeights())).toBe(textOf(model.getWeights()));
  imported.model.dispose();
  model.dispose();
});

test.each(['float16', 'uint16', 'uint8'] as const)('weights that tfjs quantized to %s are decoded as tfjs does', async (dtype) => {
  const model = alexnet('noLrn', small);
  const artifacts = await exportWeights(model, { format: 'tfjs' });
  model.dispose();
  const specs = (artifacts.weightSpecs ?? []).map((spec) => ({
    ...spec,
    quantization: { dtype, scale: 0.25, min: -3, original_dtype: 'float32' as const },
  }));
  const bytesPerValue = dtype === 'uint8' ? 1 : 2;
  const count = specs.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const weightData = Uint8Array.from({ length: count * bytesPerValue }, (_, i) => (i * 37) % 120).buffer;
  const imported = await importWeights({ ...artifacts, weightSpecs: specs, weightData });
  const expected = tf.io.decodeWeights(weightData, specs);
  expect(textOf(imported.model.getWeights())).toBe(
      textOf(imported.model.weights.map((weight) => expected[weight.originalName])),
    );
  tf.dispose(expected);
  imported.model.dispose();
}); // biome-ignore format: one line

test('a quantized weight without its scale, or of another type, is refused', async () => {
  const model = alexnet('noLrn', small);
  const artifacts = await exportWeights(model, { format: 'tfjs' });
  model.dispose();
  const [first, ...rest] = artifacts.weightSpecs ?? [];
  const quantized = (quantization: object): tf.io.ModelArtifacts => ({
    ...artifacts,
    weightSpecs: [{ ...(first as tf.io.WeightsManifestEntry), quantization: quantization as never }, ...rest],
  });
  await expect(importWeights(quantized({ dtype: 'int8' }))).rejects.toThrow(
    "the type of 'conv1a/kernel' must be one of float16, uint16, uint8, got int8",
  );
});
