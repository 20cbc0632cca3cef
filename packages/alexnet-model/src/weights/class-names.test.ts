import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { classesOf, classNamesOf, imagenetClasses, setClasses } from '../classes.js';
import { alexnet, exportWeights, importWeights } from '../index.js';
import { fixture } from './fixtures.test-data.js';

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => expect(tf.memory().numTensors).toBe(0));

const order = ['n02', 'n01', 'n03', 'n05', 'n04', 'n06'];
const names = ['crane', 'fish, finned', 'crane', 'd', 'e', 'f'];
const tiny = (classes: number): tfl.LayersModel =>
  alexnet('noLrn', { width: 1 / 32, imageSize: 64, classes, seed: 1 });

test('a model keeps the names of its classes when it is exported and imported', async () => {
  const model = tiny(6);
  setClasses(model, order, names);
  for (const format of ['safetensors', 'tfjs'] as const) {
    const imported = await importWeights(await exportWeights(model, { format } as { format: 'tfjs' }));
    expect([imported.classes, imported.classNames]).toEqual([order, names]);
    expect(classNamesOf(imported.model)).toEqual(names);
    imported.model.dispose();
  }
  const onnx = new TextDecoder().decode(await exportWeights(model, { format: 'onnx' }));
  expect(onnx).toContain(`"classNames":${JSON.stringify(names)}`);
  model.dispose();
});

test('names go with their order: another order drops them, unless it brings its own', async () => {
  const model = tiny(6);
  setClasses(model, order, names);
  const named = await exportWeights(model, { format: 'safetensors', classes: order });
  const other = [...order].reverse();
  for (const [classes, given, expected] of [
    [order, undefined, names],
    [other, undefined, undefined],
    [other, [...names].reverse(), [...names].reverse()],
  ] as const) {
    const options = { classes, ...(given && { classNames: given }) };
    const imported = await importWeights(named, options);
    expect([imported.classes, imported.classNames]).toEqual([classes, expected]);
    imported.model.dispose();
    const again = await importWeights(await exportWeights(model, { format: 'safetensors', ...options }));
    expect([again.classes, again.classNames]).toEqual([classes, expected]);
    again.model.dispose();
  }
  setClasses(model, order);
  expect([classesOf(model), classNamesOf(model)]).toEqual([order, undefined]);
  model.dispose();
});

test("classes with ImageNet's IDs get its words, and so do 1000 classes in the sorted order", async () => {
  const imagenet = await imagenetClasses();
  const few = await importWeights(fixture('torchvision.pth'), {
    classes: ['n03445777', 'n01440764', 'mine', 'n02979186', 'n00000000', 'a'],
  });
  expect(few.classNames).toEqual(
    ['golf ball', 'tench, Tinca tinca', 'mine', 'cassette player', 'n00000000', 'a'], // biome-ignore format: one line
  );
  few.model.dispose();
  const unknown = await importWeights(fixture('torchvision.pth'), { classes: 'sorted' });
  expect(unknown).not.toHaveProperty('classNames');
  unknown.model.dispose();
  const model = tiny(1000);
  const sorted = await importWeights(await exportWeights(model, { format: 'tfjs', classes: 'sorted' }));
  expect(sorted.classNames).toEqual(imagenet.map(({ words }) => words));
  sorted.model.dispose();
  model.dispose();
});

test('names that do not fit the outputs are refused', async () => {
  const model = tiny(6);
  expect(() => setClasses(model, order, ['a'])).toThrow(
    'names must have one for each of the 6 outputs (setClasses), got 1.',
  );
  expect(() => setClasses(model, order, ['a', ''])).toThrow(
    "names must be a list of names (setClasses), got '' as class 1.",
  );
  await expect(exportWeights(model, { format: 'onnx', classNames: ['a'] })).rejects.toThrow(
    'classNames must have one for each of the 6 outputs, got 1',
  );
  await expect(importWeights(fixture('torchvision.pth'), { name: 'x', classNames: ['a'] })).rejects.toThrow(
    'x: classNames must have one for each of the 6 outputs, got 1.',
  );
  const artifacts = await exportWeights(model, { format: 'tfjs' });
  const { alexnet: description } = artifacts.userDefinedMetadata as { alexnet: object };
  for (const [classNames, message] of [
    [['a'], 'classNames must have one for each of the 6 outputs, got 1'],
    [{ a: 1 }, "its description's classNames must be a list of names, got an object"],
    [[7], "its description's classNames must be a list of names, got 7 as class 0"],
  ] as const) {
    const damaged = { ...artifacts, userDefinedMetadata: { alexnet: { ...description, classNames } } };
    await expect(importWeights(damaged, { name: 'x' })).rejects.toThrow(`x: ${message}`);
  }
  model.dispose();
});
