import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { importWeights } from '../../index.js';
import { fixture } from '../fixtures.test-data.js';
import { dictionary, edited } from './edited-pickle.test-data.js';

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => expect(tf.memory().numTensors).toBe(0));

const failure = async (file: Uint8Array): Promise<string> =>
  importWeights(file, { name: 'x' }).then(
    ({ model }) => {
      model.dispose();
      return 'it was read';
    },
    (error: Error) => error.message,
  );
const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const saved = (pickle: string): Uint8Array => edited(() => `\x80\x02${pickle}`);
const made = (by: string): string => `c${by}\n)R`;
const module = `${made('net\nNet')}${dictionary({ _parameters: '}', _modules: '}' })}b`;
const weight = (value: string): Uint8Array =>
  edited((net) => `\x80\x02${dictionary({ 'features.0.weight': value, storages: net.slice(2) })}`);
const storage = (name: string): Uint8Array =>
  edited((pickle) => pickle.replace('torch\nFloatStorage', `torch\n${name}`));

test.each([
  ['a whole module', saved(module), "torch.save(torch.load('model.pth', weights_only=False).state_dict(), 'weights.pth')"],
  ['a whole module under a key', saved(dictionary({ epoch: 'K\x05', net: module })), "its 'net' is a whole net.Net; in Python, torch.save(torch.load('checkpoint.pth', weights_only=False)['net'].state_dict(), 'weights.pth')"],
  ['TorchScript', saved(`${made('__torch__.net\nNet')}}b`), "it is TorchScript; in Python, torch.save(torch.jit.load('model.pt').state_dict(), 'weights.pth')"],
  ['a list of parameters', saved(']'), "torch.save(model.state_dict(), 'weights.pth')"],
  ['NumPy arrays', weight(made('numpy.core.multiarray\n_reconstruct')), 'torch.save({name: torch.as_tensor(value) for name, value in state_dict.items()}'],
  ['sparse tensors', weight(made('torch._utils\n_rebuild_sparse_tensor')), 'torch.save({name: value.to_dense() for name, value in state_dict.items()}'],
  ['quantized tensors', weight(made('torch._utils\n_rebuild_qtensor')), 'save the state dict of the net before it is quantized'],
  ['quantized storages', storage('QInt8Storage'), 'save the state dict of the net before it is quantized'],
  ['integers', storage('IntStorage'), 'does not hold floating-point numbers; in Python, save the state dict of the net before'],
  ['floats of a type to come', storage('Float8Storage'), 'torch.save({name: value.float() for name, value in state_dict.items()}'],
  ['tensors without values', weight(made('torch._utils\n_rebuild_meta_tensor_no_storage')), "its device is 'meta'"],
  ['tensors that are spread over machines', weight(made('torch.distributed.tensor\nDTensor')), 'value.full_tensor()'],
  ['tensors of an unknown kind', weight(made('my\nTensor')), "not a tensor, but made by my.Tensor; in Python, torch.save(model.state_dict(), 'weights.pth')"],
  ['numbers', weight('K\x05'), "'features.0.weight' of its state dict is not a tensor; in Python, torch.save(model.state_dict()"],
  ['a pickle of Python', latin1(`\x80\x02${dictionary({ 'features.0.weight': 'K\x05' })}.`), 'it is a pickle that torch.save did not write'],
  ['a tensor that rebuilds itself', weight('ctorch._tensor\n_rebuild_from_type_v2\nq\x63(h\x63NNtR'), 'not described the way PyTorch does'],
])('of a .pth with %s, the error says what to type in Python', async (_, file, message) => {
  expect(await failure(file)).toContain(message);
}); // biome-ignore format: a table

test('of a .pth with a call, the error does not propose to load it', async () => {
  const message = await failure(saved('cos\nsystem\nU\x04true\x85R'));
  expect(message).toContain(
    'names os.system, which is not allowed in place of a state dict; in Python, torch.save(',
  );
  expect(message).not.toContain('torch.load');
});

test.each([
  ['weights.npy', 'but arrays of NumPy; in Python, torch.save({name: torch.from_numpy(value) for'],
  ['alexnet.pth', "so PyTorch did not write it; unpack it and read what is in it ('alexnet.pth')"],
])('of a zip with %s, the error says what to do', async (name, message) => {
  const writer = new ZipWriter(new Uint8ArrayWriter(), { level: 0, useWebWorkers: false });
  await writer.add(name, new Uint8ArrayReader(Uint8Array.of(1)));
  expect(await failure(await writer.close())).toContain(message);
});

test.each([
  ['\x1f\x8b\x08', 'x: it is compressed; unpack it and read what is in it.'],
  ['BZh9', 'x: it is compressed; unpack it and read what is in it.'],
  ['\x89HDF\r\n\x1a\n', 'tensorflowjs.converters.save_keras_model(model'],
  ['\x93NUMPY\x01', 'it is one array of NumPy; in Python, torch.save('],
  ['\x08\x07\x12\x07pytorch', "onnx.load('alexnet.onnx').graph.initializer}, 'weights.pth')"],
  ['version https://git-lfs.github.com/spec/v1', "'git lfs pull' fetches the file itself"],
  ['<!DOCTYPE html>', 'it is a web page, so its download has failed'],
  [
    '{"modelTopology": {}}',
    'it is JSON; a LayersModel is read from a folder with model.json and its weights',
  ],
])('of a file that begins with %j, the error says what it is', async (text, message) => {
  expect(await failure(latin1(text))).toContain(message);
});

test('float16, bfloat16, float64 and tensors with attributes are read', async () => {
  const weightsOf = async (name: string): Promise<Float32Array[]> => {
    const { model } = await importWeights(fixture(name));
    const values = model.getWeights().map((tensor) => tensor.dataSync<'float32'>());
    model.dispose();
    return values;
  };
  const [mixed, whole] = [await weightsOf('mixed-types.pth'), await weightsOf('torchvision.pth')];
  const errors = whole.map((values, i) =>
    values.reduce((most, value, at) => Math.max(most, Math.abs((mixed[i]?.[at] ?? 9) / value - 1)), 0),
  );
  // half of the last place: 11 bits in float16, 8 in bfloat16; the last bias is in float64
  const most = errors.map((_, i) => (i < 10 ? 2 ** -11 : i < 15 ? 2 ** -8 : 0));
  expect(errors.filter((error, i) => error > (most[i] as number))).toEqual([]);
  expect(Math.max(...errors.slice(0, 10))).toBeGreaterThan(2 ** -13);
});
