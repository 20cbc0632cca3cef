// Shows that the packages work as published. Packs the backend, its dependencies and this platform's oneDNN, installs
// the tarballs in a new folder outside the repository, and computes there with an environment that names no oneDNN.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { install, pack, platformPackage, root, run } from './consumers/pack.mjs';

const folder = await realpath(await mkdtemp(join(tmpdir(), 'alexnet-packed-')));

const program = `
import * as tf from '@tensorflow/tfjs-core';
import { findOneDnn, registerOneDnnBackend } from '@alexnet/tfjs-backend-onednn';
const info = registerOneDnnBackend();
const results = [];
for (const backend of ['cpu', 'onednn']) {
  await tf.setBackend(backend);
  const values = Array.from({ length: 2 * 13 * 13 * 8 }, (_, i) => Math.sin(i));
  const x = tf.tensor4d(values, [2, 13, 13, 8]);
  const filter = tf.tensor4d(Array.from({ length: 3 * 3 * 8 * 16 }, (_, i) => Math.cos(i)), [3, 3, 8, 16]);
  results.push(tf.relu(tf.conv2d(x, filter, 1, 'same')).dataSync());
}
const worst = Math.max(...results[0].map((value, i) => Math.abs(value - results[1][i])));
console.log(JSON.stringify({ ...info, worst, tried: findOneDnn().tried }));`;

const compute = async () => JSON.parse((await run(process.execPath, ['program.mjs'], folder)).stdout);

try {
  const backend = 'packages/tfjs-backend-onednn';
  const { dependencies } = JSON.parse(await readFile(join(root, backend, 'package.json'), 'utf8'));
  const ours = Object.keys(dependencies).filter((name) => name.startsWith('@alexnet/'));
  const folders = [
    ...ours.map((name) => name.replace('@alexnet', 'packages')),
    backend,
    `platform/${platformPackage}/dist`,
  ];
  const tarballs = await pack(
    folders.map((path) => join(root, path)),
    folder,
  );
  await install(folder, [...tarballs.values(), '@tensorflow/tfjs-core@4.22.0']);
  await writeFile(join(folder, 'program.mjs'), program);
  const result = await compute();
  assert.equal(result.source, 'platform package');
  const installed = join(folder, 'node_modules/@alexnet', platformPackage);
  assert.ok(result.path.startsWith(installed), `${result.path} is not in ${installed}`);
  assert.ok(result.worst < 1e-4, `onednn and cpu differ by ${result.worst}`);
  console.log(`packed: oneDNN ${result.version} from the ${result.source}, ${result.instructionSet}`);

  await rm(join(installed, 'lib'), { recursive: true });
  let without;
  try {
    without = (await compute()).source; // a oneDNN installed on the system
  } catch (error) {
    without = /oneDNN not found \(looked in /.test(String(error.stderr)) ? 'not found' : String(error.stderr);
  }
  assert.ok(['system', 'not found'].includes(without), without);
  console.log(`packed: with the package's lib removed, oneDNN is: ${without}`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log('2 passed, 0 failed');
