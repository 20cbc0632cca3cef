import '@tensorflow/tfjs-backend-cpu';
import { expectAllClose } from '@alexnet/testing';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { exportWeights, importWeights } from '../index.js';
import { expectedLogits, fixture, logitsOfFixture } from './fixtures.test-data.js';
import { readSafetensors, writeSafetensors } from './safetensors/safetensors.js';

interface Stored {
  name: string;
  shape: readonly number[];
  values: Float32Array;
}

let net: Stored[];
beforeAll(async () => {
  await tf.setBackend('cpu');
  const { model } = await importWeights(fixture('torchvision.pth'));
  const { tensors } = readSafetensors(await exportWeights(model, { format: 'safetensors' }));
  model.dispose();
  const weights = Array.from(tensors.values(), (tensor) => tensor());
  net = await Promise.all(
    weights.map(async ({ name, shape, values }) => ({ name, shape, values: await values() })),
  );
});
afterEach(() => expect(tf.memory().numTensors).toBe(0));

/** The net of torchvision.pth with tensors beside it, under PyTorch's names. */
function withTensors(shapes: Readonly<Record<string, readonly number[]>>): Uint8Array {
  const extra = Object.entries(shapes).map(([name, shape]) => ({
    name,
    shape,
    values: new Float32Array(shape.reduce((size, side) => size * side, 1)).fill(0.5),
  }));
  return writeSafetensors([...net, ...extra], {});
}

const failure = async (file: Uint8Array, options = {}): Promise<string> =>
  importWeights(file, options).then(
    ({ model }) => {
      model.dispose();
      return 'it was read';
    },
    (error: Error) => error.message,
  );

const teacher = (prefix: string): Record<string, readonly number[]> =>
  Object.fromEntries(net.map(({ name, shape }) => [`${prefix}.${name}`, shape]));

test.each([
  ['counters', () => ({ 'features.0.total_ops': [1], total_params: [1], n_averaged: [1] })],
  ['a batch normalization in a teacher', () => ({ 'teacher.0.weight': [8], 'teacher.0.bias': [8], 'teacher.0.running_mean': [8], 'teacher.0.num_batches_tracked': [1] })],
  ['a teacher of the same net', () => teacher('teacher')],
  ['an average of the same net', () => teacher('ema_model.module')],
  ['an auxiliary head', () => ({ 'aux_head.fc.weight': [6, 12], 'aux_head.fc.bias': [6], 'aux1.conv.weight': [4, 8, 1, 1] })],
  ['a classifier of domains', () => ({ 'domain_classifier.0.weight': [2, 144], 'domain_classifier.0.bias': [2] })],
  ['the weights of a loss', () => ({ 'criterion.weight': [6], 'loss_fn.weight': [6] })],
])('%s beside the net are left out and named', async (_, shapes) => {
  const { model, leftOut } = await importWeights(withTensors(shapes()));
  expect(leftOut).toEqual(Object.keys(shapes()));
  expectAllClose(logitsOfFixture(model, 'torchvision.pth'), expectedLogits['torchvision.pth']?.logits ?? [], 1e-4);
  model.dispose();
}); // biome-ignore format: a table

test('a counter may have a type that weights cannot have', async () => {
  const file = withTensors({ 'features.1.num_batches_tracked': [2] });
  const asText = Buffer.from(file).toString('latin1');
  const edited = asText.replace(/(num_batches_tracked":\{"dtype":")F32(","shape":\[)2/, '$1I64$21');
  expect(edited).not.toBe(asText);
  const { model, leftOut } = await importWeights(Buffer.from(edited, 'latin1'));
  expect(leftOut).toEqual(['features.1.num_batches_tracked']);
  model.dispose();
});

test('a net whose own layers are named as a teacher is read', async () => {
  const tensors = net.map(({ name, ...rest }) => ({ name: `teacher.${name}`, ...rest }));
  const { model, leftOut } = await importWeights(writeSafetensors(tensors, {}));
  expect(leftOut).toBeUndefined();
  model.dispose();
});

test.each([
  ['a batch normalization', { 'features.1.weight': [4], 'features.1.bias': [4], 'features.1.running_mean': [4] }, "'features.1.running_mean' belongs to a batch normalization, which the net does not have; in Python, torch.nn.utils.fusion.fuse_conv_bn_eval(conv, bn)"],
  ['a normalization without running means', { 'features.1.weight': [4], 'features.1.bias': [4] }, "'features.1' has a weight with one axis, as a normalization has, and the net does not have it"],
  ['a dense layer between', { 'classifier.5.weight': [12, 12], 'classifier.5.bias': [12] }, 'it has 5 convolutions and 4 dense layers, but the net has 5 and 3'],
  ['a dense layer behind', { 'head.weight': [2, 6], 'head.bias': [2] }, 'it has 5 convolutions and 4 dense layers'],
  ['a teacher and a batch normalization', { 'teacher.fc.weight': [2, 2], 'features.1.running_var': [4] }, "'features.1.running_var' belongs to a batch normalization"],
  ['a mean of pixels', { 'normalize.mean': [1, 3, 1, 1] }, "'normalize.mean' is neither a weight nor a bias; if the output of the net does not depend on it, state_dict.pop('normalize.mean') in Python removes it"],
  ['a mask of pruning', { 'features.0.weight_mask': [1] }, "torch.nn.utils.prune.remove(module, 'weight')"],
  ['weight norm', { 'features.0.weight_g': [1] }, "torch.nn.utils.remove_weight_norm(module)"],
  ['spectral norm', { 'features.0.weight_u': [1] }, "torch.nn.utils.remove_spectral_norm(module)"],
  ['a parametrization', { 'features.0.parametrizations.weight.original0': [1] }, "torch.nn.utils.parametrize.remove_parametrizations(module, 'weight')"],
  ['a batch normalization of Keras', { 'bn/gamma': [4] }, "'bn/gamma' belongs to a batch normalization, which the net does not have"],
  ['a scale of quantization', { 'features.0.zero_point': [1] }, 'save the state dict of the net before it is quantized'],
])('%s in the net is refused', async (_, shapes, message) => {
  expect(await failure(withTensors(shapes), { preset: 'torchvision' })).toContain(message);
}); // biome-ignore format: a table
