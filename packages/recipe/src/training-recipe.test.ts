import '@tensorflow/tfjs-backend-cpu';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alexnet, exportWeights, importWeights, presets } from '@alexnet/alexnet-model';
import { classesOf, classNamesOf } from '@alexnet/alexnet-model/classes';
import { useBackend } from '@alexnet/backends';
import { writeEmbeddedIlsvrc } from '@alexnet/embedded-ilsvrc';
import { openIlsvrc, openPrepared, type PreparedData, prepare } from '@alexnet/imagenet-reader';
import { type TrainEvent, train } from '@alexnet/sgd-momentum-trainer';
import { topKError } from '@alexnet/topk-metrics';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Predictor, type RecipeOptions, type RecipeSource, trainingRecipe } from './index.js';

let folder: string;
let data: PreparedData;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alexnet-recipe-'));
  await writeEmbeddedIlsvrc(join(folder, 'raw'), { trainPerClass: 2, valPerClass: 1 });
  const source = await openIlsvrc(join(folder, 'raw'));
  await prepare(source, join(folder, 'prepared'), { size: 72, format: 'rgb', workers: 0 });
  await source.close();
  data = await openPrepared(join(folder, 'prepared'));
});
afterAll(async () => {
  await data.close();
  await rm(folder, { recursive: true });
});

const small = { width: 1 / 32, imageSize: 64, batchSize: 10, epochs: 2 } as const;

test('a preset is trained and validated by its recipe, the same way twice', async () => {
  await useBackend();
  const run = async (): Promise<{ events: TrainEvent[]; weights: unknown }> => {
    const recipe = trainingRecipe('original2012', { ...small, schedule: 'plateau', microBatchSize: 4 });
    const { model, optimizer } = recipe.build(data);
    expect(classesOf(model)).toEqual(data.classes.map(({ wnid }) => wnid));
    expect(classNamesOf(model)).toEqual(data.classes.map(({ words }) => words));
    const events: TrainEvent[] = [];
    const options = { optimizer, ...recipe.trainOptions(model, data) };
    for await (const event of train(model, recipe.batches(data), options)) events.push(event);
    const weights = model.getWeights().map((weight) => weight.dataSync());
    optimizer.dispose();
    model.dispose();
    return { events, weights };
  };
  const before = tf.memory().numTensors;
  const [first, second] = [await run(), await run()];
  expect(tf.memory().numTensors).toBe(before);
  expect(first.weights).toEqual(second.weights);
  const count = (type: string): number => first.events.filter((event) => event.type === type).length;
  expect([count('step'), count('epochEnd')]).toEqual([4, 2]);
  const { validation } = first.events.find((event) => event.type === 'epochEnd') ?? {};
  expect(validation?.top1Error).toBeGreaterThanOrEqual(0);
});

test('the model stores the classes and the preprocessing of its data, for whoever gets its weights', async () => {
  await tf.setBackend('cpu');
  for (const [preset, mean] of [
    ['paper', data.channelMeans],
    ['torchvision', presets.torchvision.augmentation.mean],
  ] as const) {
    const { model } = trainingRecipe(preset, { width: 1 / 32, imageSize: 64 }).build(data);
    const imported = await importWeights(await exportWeights(model, { format: 'safetensors' }));
    const { std } = presets[preset].augmentation;
    expect(imported.preprocessing).toEqual({ mean, std, size: data.size });
    expect(imported.classNames).toEqual(data.classes.map(({ words }) => words));
    imported.model.dispose();
    model.dispose();
  }
  expect(() => trainingRecipe('paper', { imageSize: 224 }).build({ ...data, size: 223 })).toThrow(
    'data must have images of at least 224 px a side (build), got 223.',
  );
});

test('validation is the error of the central view of every validation image', async () => {
  await tf.setBackend('cpu'); // the same bits whatever the size of a batch
  const recipe = trainingRecipe('original2012', small);
  const { model } = recipe.build(data.classes.length);
  const { meanImage } = data;
  const [probabilities, labels]: [number[], number[]] = [[], []];
  for (let index = 0; index < data.splits.val.images; index++) {
    const { pixels, label } = await data.image('val', index);
    const centered = tf.tidy(() => {
      const image = tf.sub(tf.tensor3d(pixels, [72, 72, 3], 'float32'), tf.tensor3d(meanImage, [72, 72, 3]));
      const view = tf.slice(image, [4, 4, 0], [64, 64, 3]);
      return model.predict(tf.expandDims(view)) as tf.Tensor;
    });
    probabilities.push(...centered.dataSync());
    centered.dispose();
    labels.push(label);
  }
  const { validate } = recipe.trainOptions(model, data);
  expect(await validate?.(0)).toEqual({
    top1Error: topKError(probabilities, labels, 1),
    top5Error: topKError(probabilities, labels, 5),
  });
  const aborted = recipe.trainOptions(model, data, { signal: AbortSignal.abort(new Error('enough')) });
  await expect(aborted.validate?.(0)).rejects.toThrow('enough');
  model.dispose();
});

test('data without validation images is trained on by the steps of a preset, and refused on plateaus', () => {
  const unvalidated = { ...data, splits: { ...data.splits, val: { ...data.splits.val, images: 0 } } };
  const options = (schedule: 'step' | 'plateau') => {
    const recipe = trainingRecipe('original2012', { ...small, schedule });
    return recipe.trainOptions({} as Predictor, unvalidated as PreparedData);
  };
  expect(options('step')).not.toHaveProperty('validate');
  expect(() => options('plateau')).toThrow(
    `data must have validation images for the schedule 'plateau' (trainOptions), but ${data.path} has none.`,
  );
});

test('the model and the optimizer have the numbers of the preset, biases included', () => {
  const { model, optimizer } = trainingRecipe('original2012', { width: 1 / 32, seed: 3 }).build(5);
  const expected = alexnet('original2012', { width: 1 / 32, seed: 3, classes: 5 });
  expect(model.getWeights().map((weight) => weight.dataSync())).toEqual(
    expected.getWeights().map((weight) => weight.dataSync()),
  );
  expect(optimizer.getConfig()).toEqual({
    learningRate: { default: 0.01, biases: 0.02 },
    momentum: 0.9,
    weightDecay: { default: 0.0005, biases: 0 },
  });
  for (const one of [model, expected]) one.dispose();
});

test('options change the training, not the preset', () => {
  const { training, augmentation } = trainingRecipe('original2012', {
    ...{ imageSize: 64, epochs: 3, batchSize: 32, microBatchSize: 8, learningRate: 0.1, patience: 2 },
    schedule: 'plateau',
  });
  expect(training).toEqual({
    ...presets.original2012.training,
    ...{ epochs: 3, batchSize: 32, microBatchSize: 8, learningRate: 0.1, patience: 2 },
    schedule: { kind: 'plateau', factor: 0.1, drops: 3 },
  });
  expect(augmentation).toEqual({ ...presets.original2012.augmentation, cropSize: 64 });
  expect(trainingRecipe('paper').training).toEqual({ ...presets.paper.training, patience: 5 });
});

test("the caller's own network and settings make a recipe, too", () => {
  const { net, training, augmentation } = presets.oneGpu;
  const own = { net: { ...net, imageSize: 64 }, training: { ...training, patience: 7 }, augmentation };
  const recipe = trainingRecipe(own, { width: 1 / 32 });
  const { model } = recipe.build(2);
  expect(model.inputs[0]?.shape).toEqual([null, 64, 64, 3]);
  expect(recipe.training).toMatchObject({ patience: 7, batchSize: 128 });
  expect(recipe.schedule(72, [])).toMatchObject({ layers: { conv1: { default: 0, biases: 0 } } });
  model.dispose();
});

test.each<[string, RecipeOptions, string]>([
  ['an unknown option', { classes: 10 } as RecipeOptions, "(trainingRecipe), got 'classes'."],
  ['a count', { epochs: 0.5 }, 'epochs must be a whole number >= 1 (trainingRecipe), got 0.5.'],
  [
    'a learning rate',
    { learningRate: 0 },
    'learningRate must be a finite number > 0 (trainingRecipe), got 0.',
  ],
  [
    'a schedule',
    { schedule: 'cosine' as 'step' },
    "schedule must be 'plateau' or 'step' (trainingRecipe), got 'cosine'.",
  ],
  ['an image too small', { imageSize: 8 }, 'imageSize must be at least'],
])('%s is refused by name', (_, options, message) => {
  expect(() => trainingRecipe('original2012', options)).toThrow(message);
});

test('unknown and incomplete presets, and steps that a preset does not have, are refused', () => {
  expect(() => trainingRecipe('alexnet' as 'paper')).toThrow(
    /^preset must be one of paper, .* got 'alexnet'\.$/,
  );
  const incomplete = { net: presets.paper.net } as RecipeSource;
  expect(() => trainingRecipe(incomplete)).toThrow(
    'preset must have net, training and augmentation (trainingRecipe), got an object with net.',
  );
  expect(() => trainingRecipe('paper', { schedule: 'step' })).toThrow(
    "schedule must be 'plateau' (trainingRecipe) for a preset that has no steps, got 'step'.",
  );
});
