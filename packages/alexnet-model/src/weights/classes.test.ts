import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { classesOf, setClasses } from '../classes.js';
import { alexnet, exportWeights, importWeights } from '../index.js';
import { fixture } from './fixtures.test-data.js';
import { readSafetensors } from './safetensors/safetensors.js';

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => expect(tf.memory().numTensors).toBe(0));

const order = ['n02', 'n01', 'n03', 'n05', 'n04', 'n06'];
const tiny = (classes: number): tfl.LayersModel =>
  alexnet('noLrn', { width: 1 / 32, imageSize: 64, classes, seed: 1 });

test('a model has no class order until it is set, and keeps it when it is exported and imported', async () => {
  const model = tiny(6);
  expect(classesOf(model)).toBeUndefined();
  setClasses(model, order);
  expect(classesOf(model)).toEqual(order);
  for (const format of ['safetensors', 'tfjs'] as const) {
    const file = await exportWeights(model, { format } as { format: 'tfjs' });
    const imported = await importWeights(file);
    expect(imported.classes).toEqual(order);
    expect(imported).not.toHaveProperty('assumedClasses');
    expect(classesOf(imported.model)).toEqual(order);
    imported.model.dispose();
  }
  const onnx = new TextDecoder('latin1').decode(await exportWeights(model, { format: 'onnx' }));
  expect(onnx).toContain(`"classes":${JSON.stringify(order)}`);
  model.dispose();
});

test('exportWeights stores the order that it is given, in the file and for later exports as tfjs', async () => {
  const model = tiny(6);
  const bytes = await exportWeights(model, { format: 'safetensors', classes: 'sorted' });
  expect(JSON.parse(String(readSafetensors(bytes).metadata.alexnet)).classes).toBe('sorted');
  const { userDefinedMetadata } = await exportWeights(model, { format: 'tfjs', classes: order });
  expect(userDefinedMetadata).toMatchObject({ alexnet: { classes: order } });
  model.dispose();
});

test('weights of another program with 1000 classes are assumed to be sorted, unless they are listed', async () => {
  const torchvision = alexnet('torchvision', { width: 1 / 32, imageSize: 64, classes: 1000, seed: 1 });
  const bytes = await exportWeights(torchvision, { format: 'safetensors' });
  torchvision.dispose();
  const ours = await importWeights(bytes);
  expect(ours.classes).toBeUndefined(); // trained here, maybe on a devkit's order
  ours.model.dispose();

  const foreign = Uint8Array.from(bytes);
  const key = Buffer.from(foreign.buffer).indexOf('"alexnet"');
  foreign.set(new TextEncoder().encode('"another"'), key);
  const assumed = await importWeights(foreign, { imageSize: 64 });
  expect([assumed.classes, assumed.assumedClasses]).toEqual(['sorted', 'it does not list its classes']);
  assumed.model.dispose();

  const listed = Array.from({ length: 1000 }, (_, i) => `n${1000 - i}`);
  const given = await importWeights(foreign, { imageSize: 64, classes: listed });
  expect(given.classes).toEqual(listed);
  expect(given).not.toHaveProperty('assumedClasses');
  given.model.dispose();

  const few = await importWeights(fixture('torchvision.pth'));
  expect(few).not.toHaveProperty('classes');
  few.model.dispose();
});

test('classes that do not fit the outputs, and models without a description, are refused', async () => {
  const model = tiny(6);
  expect(() => setClasses(model, ['a', 'b'])).toThrow(
    'classes must have one ID for each of the 6 outputs (setClasses), got 2.',
  );
  expect(() => setClasses(model, [...order.slice(1), 'n01'])).toThrow(
    "classes must be a list of different IDs (setClasses), got 'n01' as class 0 and as class 5.",
  );
  await expect(exportWeights(model, { format: 'onnx', classes: ['a'] })).rejects.toThrow(
    'classes must have one ID for each of the 6 outputs, got 1',
  );
  await expect(importWeights(fixture('torchvision.pth'), { name: 'x.pth', classes: ['a'] })).rejects.toThrow(
    'x.pth: classes must have one ID for each of the 6 outputs, got 1.',
  );
  const artifacts = await exportWeights(model, { format: 'tfjs' });
  const { alexnet: description } = artifacts.userDefinedMetadata as { alexnet: object };
  for (const [classes, message] of [
    [['a', 'b'], 'classes must have one ID for each of the 6 outputs, got 2'],
    [[1, 2, 3, 4, 5, 6], "its description's classes must be a list of IDs, got 1 as class 0"],
    [['a', 'a', 'b', 'c', 'd', 'e'], "its description's classes must be a list of different IDs, got 'a'"],
    ['ilsvrc', "its description's classes must be a list of IDs or 'sorted', got 'ilsvrc'"],
  ] as const) {
    const damaged = { ...artifacts, userDefinedMetadata: { alexnet: { ...description, classes } } };
    await expect(importWeights(damaged, { name: 'x' })).rejects.toThrow(`x: ${message}`);
  }
  model.dispose();
  const stranger = tfl.sequential({ layers: [tfl.layers.dense({ units: 2, inputShape: [2] })] });
  expect(() => setClasses(stranger, ['a', 'b'])).toThrow(
    /^model must come from alexnet\(\) or importWeights/,
  );
  expect(classesOf(stranger)).toBeUndefined();
  stranger.dispose();
});
