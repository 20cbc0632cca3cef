// What plain Jest, which loads CommonJS only and cannot import(), does with every package that loads code or files late.

const { mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const tf = require('@tensorflow/tfjs-core');
require('@tensorflow/tfjs-backend-cpu');
const tfl = require('@tensorflow/tfjs-layers');

const folder = mkdtempSync(join(tmpdir(), 'alexnet-jest-'));
afterAll(() => rmSync(folder, { recursive: true }));

const small = () =>
  tfl.sequential({
    layers: [
      tfl.layers.dense({ name: 'dense', units: 2, inputShape: [1] }),
      tfl.layers.activation({ activation: 'softmax' }),
    ],
  });

async function* batches() {
  for (let i = 0; i < 4; i++) {
    yield {
      xs: tf.tensor2d([[-1], [1]]),
      ys: tf.tensor2d([
        [1, 0],
        [0, 1],
      ]),
    };
  }
}

async function eventsOf(options) {
  const { SgdMomentum, train } = require('@alexnet/sgd-momentum-trainer');
  const events = [];
  const optimizer = new SgdMomentum();
  for await (const { type } of train(small(), batches, { epochs: 1, optimizer, ...options }))
    events.push(type);
  return events;
}

test('the trainer trains, keeps checkpoints and loads the last', async () => {
  const { Checkpoints, SgdMomentum } = require('@alexnet/sgd-momentum-trainer');
  const directory = join(folder, 'checkpoints');
  expect(await new Checkpoints(directory).load(small(), new SgdMomentum())).toBeUndefined();
  expect(await eventsOf({})).not.toContain('checkpoint');
  expect(await eventsOf({ checkpoints: { directory, everySteps: 2 } })).toContain('checkpoint');
  expect(await new Checkpoints(directory).load(small(), new SgdMomentum())).toMatchObject({ step: 4 });
});

test('every backend starts, and auto takes one that computes', async () => {
  const { useBackend } = require('@alexnet/backends');
  for (const name of ['cpu', 'wasm', 'auto']) {
    const used = await useBackend(name);
    expect(used.name).toBe(name === 'auto' ? (used.tried.length === 0 ? 'onednn' : 'wasm') : name);
    expect(tf.tidy(() => tf.sum(tf.ones([2, 3])).dataSync()[0])).toBe(6);
  }
  await expect(useBackend('tensorflow')).rejects.toThrow('is installed: npm install @tensorflow/tfjs-node');
  await useBackend('cpu');
});

test('weights are read and written', async () => {
  const { alexnet, exportWeights, importWeights } = require('@alexnet/alexnet-model');
  const { model } = await importWeights(readFileSync('alexnet.pth'));
  expect(model.layers.length).toBeGreaterThan(8);
  const net = alexnet('original2012', { width: 1 / 16, imageSize: 64, classes: 3, seed: 1 });
  expect((await exportWeights(net, { format: 'onnx' })).length).toBeGreaterThan(1000);
});

test('images are prepared by processes and read by threads', async () => {
  const { openIlsvrc, openPrepared, prepare } = require('@alexnet/imagenet-reader');
  const prepared = join(folder, 'prepared');
  await prepare(await openIlsvrc('photographs'), prepared, { size: 64 });
  const data = await openPrepared(prepared);
  let images = 0;
  for await (const { xs, ys } of data.batches({ split: 'train', batchSize: 4, augment: { cropSize: 56 } })) {
    images += xs.shape[0];
    tf.dispose([xs, ys]);
  }
  await data.close();
  expect(images).toBe(8);
});

test('the other packages load', () => {
  for (const name of [
    'augment-pca',
    'devices',
    'embedded-ilsvrc',
    'layers',
    'recipe',
    'ten-crop',
    'topk-metrics',
  ]) {
    expect(Object.keys(require(`@alexnet/${name}`)).length).toBeGreaterThan(0);
  }
});
