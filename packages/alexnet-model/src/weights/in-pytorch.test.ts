import '@tensorflow/tfjs-backend-cpu';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expectAllClose } from '@alexnet/testing';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { alexnet, exportWeights, type PresetName } from '../index.js';
import { logitsOf, testImage } from './fixtures.test-data.js';

const script = fileURLToPath(new URL('../../fixtures/logits-of-exported.py', import.meta.url));
/** A Python with PyTorch, such as Debian's python3-torch. ALEXNET_PYTHON can name another. */
const python = process.env.ALEXNET_PYTHON ?? 'python3';
const hasPyTorch = spawnSync(python, ['-c', 'import torch']).status === 0;

let folder: string;
beforeAll(async () => {
  await tf.setBackend('cpu');
  folder = await mkdtemp(join(tmpdir(), 'alexnet-pytorch-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test.for<[PresetName, number, number]>([
  ['paper', 224, 1],
  ['original2012', 224, 1],
  ['caffe', 227, 1],
  ['torchvision', 224, 1 / 57],
])(
  'PyTorch loads an exported %s strictly and computes the same logits',
  async ([preset, size, scale], context) => {
    if (!hasPyTorch)
      return context.skip(`${python} has no PyTorch; ALEXNET_PYTHON can name a Python that has it`);
    const model = alexnet(preset, { width: 1 / 16, classes: 9, seed: 3 });
    const file = join(folder, `${preset}.safetensors`);
    await writeFile(file, await exportWeights(model, { format: 'safetensors' }));
    const args = [script, preset, file, String(size), String(scale)];
    const logits: number[] = JSON.parse(execFileSync(python, args, { encoding: 'utf8' }));
    expectAllClose(
      tf.tidy(() => logitsOf(model, testImage(size, scale))),
      logits,
      1e-4,
    );
    expect(new Set(logits).size).toBe(9);
    model.dispose();
  },
);
