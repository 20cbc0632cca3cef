import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { setPreprocessing } from '../classes.js';
import { alexnet, exportWeights, importWeights } from '../index.js';

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => expect(tf.memory().numTensors).toBe(0));

const preprocessing = { mean: [1, 2, 3], std: [4, 5, 6], size: 80 } as const;

test('the square of the preprocessing is kept, unless the input gets another size', async () => {
  const model = alexnet('noLrn', { width: 1 / 32, imageSize: 64, classes: 3, seed: 1 });
  for (const format of ['safetensors', 'tfjs'] as const) {
    const file = await exportWeights(model, { format, preprocessing } as { format: 'tfjs' });
    const own = await importWeights(file);
    expect(own.preprocessing).toEqual(preprocessing);
    own.model.dispose();
  }
  const strided = alexnet('torchvision', { width: 1 / 32, imageSize: 224, classes: 3, seed: 1 });
  const bytes = await exportWeights(strided, { format: 'safetensors', preprocessing: { ...preprocessing, size: 256 } }); // biome-ignore format: one line
  const larger = await importWeights(bytes, { imageSize: 230 });
  expect(larger.preprocessing).toEqual({ mean: [1, 2, 3], std: [4, 5, 6] });
  for (const one of [larger.model, strided, model]) one.dispose();
});

test('a square that is smaller than the input, or is not one, is refused', async () => {
  const model = alexnet('noLrn', { width: 1 / 32, imageSize: 64, classes: 3, seed: 1 });
  for (const size of [63, 64.5, 1e9, '80', null]) {
    const options = { format: 'tfjs', preprocessing: { ...preprocessing, size } } as unknown;
    await expect(exportWeights(model, options as { format: 'tfjs' })).rejects.toThrow(
      `its description's preprocessing.size must be a whole number from 64, the side of the input, to 16384, got ${JSON.stringify(size)}`,
    );
  }
  model.dispose();
});

test('setPreprocessing replaces the preset of a model, and refuses what cannot be', async () => {
  const model = alexnet('noLrn', { width: 1 / 32, imageSize: 64, classes: 3, seed: 1 });
  setPreprocessing(model, preprocessing);
  const imported = await importWeights(await exportWeights(model, { format: 'safetensors' }));
  expect(imported.preprocessing).toEqual(preprocessing);
  imported.model.dispose();
  expect(() => setPreprocessing(model, { ...preprocessing, std: [1, 0, 1] })).toThrow(
    'preprocessing.std must be three numbers > 0, got [1,0,1] (setPreprocessing).',
  );
  model.dispose();
  const stranger = tfl.sequential({ layers: [tfl.layers.dense({ units: 2, inputShape: [2] })] });
  expect(() => setPreprocessing(stranger, preprocessing)).toThrow(
    /^model must come from alexnet\(\) or importWeights\(\) \(setPreprocessing\), got 'sequential/,
  );
  stranger.dispose();
});
