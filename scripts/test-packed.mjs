// Shows that the packages work as published: packs the backend and this platform's oneDNN to tarballs, installs these
// in a new folder outside the repository, and computes there with an environment that names no oneDNN.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const platform = `onednn-${process.platform}-${process.arch}`;
const folder = await realpath(await mkdtemp(join(tmpdir(), 'alexnet-packed-')));
const environment = { PATH: process.env.PATH, HOME: process.env.HOME };

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

const npm = (args, cwd) => execFileSync('npm', args, { cwd, env: environment, encoding: 'utf8' });
const run = () =>
  execFileSync(process.execPath, ['program.mjs'], {
    cwd: folder,
    env: environment,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

try {
  const packed = [join(root, 'packages/tfjs-backend-onednn'), join(root, 'platform', platform, 'dist')];
  for (const path of packed) npm(['pack', '--silent', '--pack-destination', folder, path], root);
  const tarballs = (await readdir(folder)).map((file) => `./${file}`);
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  npm(
    ['install', '--silent', '--no-audit', '--no-fund', ...tarballs, '@tensorflow/tfjs-core@4.22.0'],
    folder,
  );
  await writeFile(join(folder, 'program.mjs'), program);
  const result = JSON.parse(run());
  assert.equal(result.source, 'platform package');
  const installed = join(folder, 'node_modules/@alexnet', platform);
  assert.ok(result.path.startsWith(installed), `${result.path} is not in ${installed}`);
  assert.ok(result.worst < 1e-4, `onednn and cpu differ by ${result.worst}`);
  console.log(`packed: oneDNN ${result.version} from the ${result.source}, ${result.instructionSet}`);

  await rm(join(installed, 'lib'), { recursive: true });
  let without;
  try {
    without = JSON.parse(run()).source; // a oneDNN of the system
  } catch (error) {
    without = /oneDNN not found \(looked in /.test(String(error.stderr)) ? 'not found' : String(error.stderr);
  }
  assert.ok(['system', 'not found'].includes(without), without);
  console.log(`packed: with the package's lib emptied, oneDNN is: ${without}`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log('2 passed, 0 failed');
