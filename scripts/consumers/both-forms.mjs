// A program that loads both copies of a package: its own `import`, and the `require` of a dependency.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './pack.mjs';

const program = `
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import * as esm from '@alexnet/layers';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import '@tensorflow/tfjs-backend-cpu';

tf.enableProdMode();
const cjs = createRequire(import.meta.url)('@alexnet/layers');
assert.notEqual(cjs.GroupedConv2D, esm.GroupedConv2D);

async function roundTrip(from, modelArtifactsInfo = { dateSaved: new Date(), modelTopologyType: 'JSON' }) {
  const model = tfl.sequential();
  model.add(new from.GroupedConv2D({ filters: 4, kernelSize: 3, groups: 2, inputShape: [9, 9, 2] }));
  model.add(new from.LocalResponseNormalization());
  model.add(new from.OverlappingMaxPooling2D());
  model.add(new from.AlexNetDropout());
  let saved;
  await model.save(tf.io.withSaveHandler(async (artifacts) => ((saved = artifacts), { modelArtifactsInfo })));
  const loaded = await tfl.loadLayersModel(tf.io.fromMemory(saved));
  const x = tf.randomNormal([1, 9, 9, 2]);
  assert.deepEqual(loaded.predict(x).dataSync(), model.predict(x).dataSync());
}
for (const [first, second] of [[esm, cjs], [cjs, esm]]) {
  first.registerLayers();
  second.registerLayers();
  await roundTrip(first); // saved by one copy, loaded as the other's classes
  await roundTrip(second);
}
console.log('same answers');
`;

/** @returns what is wrong, one line each. */
export async function runBothForms(project) {
  await writeFile(join(project, 'both-forms.mjs'), program);
  const { stdout, stderr } = await run(process.execPath, ['both-forms.mjs'], project).catch((error) => error);
  return stdout.trim() === 'same answers' && stderr === '' ? [] : [`it printed: ${stdout}${stderr}`];
}
