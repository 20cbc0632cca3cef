// Use all of AlexNet's layers in one model, save it to a folder and load it again.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useBackend } from '@alexnet/backends';
import * as alexnet from '@alexnet/layers';
import { fileSystem } from '@alexnet/sgd-momentum-trainer';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

tf.enableProdMode(); // no banner
await useBackend('cpu');
const model = tfl.sequential();
model.add(tfl.layers.conv2d({ filters: 8, kernelSize: 3, activation: 'relu', inputShape: [32, 32, 3] }));
model.add(new alexnet.LocalResponseNormalization());
model.add(new alexnet.OverlappingMaxPooling2D());
model.add(new alexnet.GroupedConv2D({ filters: 16, kernelSize: 5, padding: 'same', groups: 2 }));
model.add(new alexnet.SameMapNormalization());
model.add(tfl.layers.flatten());
model.add(new alexnet.AlexNetDropout({ seed: 42 }));
model.add(tfl.layers.dense({ units: 10, activation: 'softmax' }));

const folder = await mkdtemp(join(tmpdir(), 'alexnet-layers-'));
await model.save(fileSystem(folder));
alexnet.registerLayers(); // before loading: tfjs finds classes by their registered names
const loaded = await tfl.loadLayersModel(fileSystem(folder));
await rm(folder, { recursive: true });

const x = tf.randomUniform([2, 32, 32, 3], 0, 1, 'float32', 1);
const [difference] = tf.max(tf.abs(tf.sub(model.predict(x), loaded.predict(x)))).dataSync();
console.log(loaded.layers.map((layer) => layer.getClassName()).join(' '));
console.log('greatest difference after loading:', difference);
assert.equal(difference, 0);
