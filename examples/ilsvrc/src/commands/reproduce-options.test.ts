import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AlexNetOverrides, layerSizes } from '@alexnet/alexnet-model';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { RunEvent } from '../run/run-event.js';
import { RunFolder } from '../run/run-folder.js';
import { alexnet, temporaryFolder } from '../testing/alexnet.js';
import { inProcess } from '../testing/in-process.js';
import { lossesOf } from '../testing/losses-of.js';

vi.setConfig({ testTimeout: 240_000 }); // on wasm, where there is no oneDNN

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

const eventsOf = (run: string): Promise<RunEvent[]> => new RunFolder(join(folder.path, run)).events();
const losses = (run: string): Promise<number[]> => lossesOf(join(folder.path, run));
const tiny =
  '--train-per-class 1 --val-per-class 1 --width 0.0625 --batch-size 10 --image-size 64 --threads 1';

test("every ablation is an option, and is in the folder's name, the log and the report", async () => {
  const ablations = '--no-lrn --no-overlap --no-dropout --activation tanh --towers 1';
  const { code, stderr } = await alexnet(folder.path, `reproduce ${tiny} ${ablations} --epochs 1`);
  expect(code, stderr).toBe(0);
  const run =
    'runs/embedded-original2012-image-size-64-activation-tanh-no-lrn-no-overlap-no-dropout-towers-1';
  const [begin] = await eventsOf(run);
  const switches: AlexNetOverrides = {
    imageSize: 64,
    activation: 'tanh',
    lrn: false,
    overlap: false,
    dropout: false,
    towers: 1,
  };
  const layers = layerSizes('original2012', { ...switches, width: 0.0625, classes: 10 });
  expect(begin).toMatchObject({ settings: { switches, augmentation: { cropSize: 64 } } });
  const parameters = layers.reduce((sum, layer) => sum + layer.parameters, 0);
  expect(begin).toMatchObject({ parameters });
  const topology = await readFile(
    join(await new RunFolder(join(folder.path, run)).latestCheckpoint(), 'model.json'),
    'utf8',
  );
  expect(topology).toContain('"tanh"');
  for (const absent of ['LocalResponse', 'SameMap', 'AlexNetDropout', 'conv1a', '"relu"']) {
    expect(topology).not.toContain(absent);
  }
  expect(await readFile(join(folder.path, run, 'report.html'), 'utf8')).toContain('activation');
  const exported = await inProcess(
    folder.path,
    `export --run ${run} --format onnx --out switched.onnx --json`,
  );
  expect(exported.code, exported.stderr).toBe(0);
  expect(JSON.parse(exported.stdout)).toMatchObject({ imageSize: 64, parameters });
  const onnx = await readFile(join(folder.path, 'switched.onnx'), 'latin1');
  expect(onnx).toContain('Tanh');
  for (const absent of ['LRN', 'Relu']) expect(onnx).not.toContain(absent);
});

describe('with a plateau schedule, micro-batches and no dropout', () => {
  const run = 'runs/pieces';

  test('a run ends when the error stops improving after three drops, sec. 5', async () => {
    const args = `train ${tiny} --no-dropout --micro-batch 3 --patience 1 --epochs 40 --out ${run}`;
    const { code, stderr } = await inProcess(folder.path, args);
    expect(code, stderr).toBe(0);
    const ends = (await eventsOf(run)).flatMap((event) => (event.type === 'epochEnd' ? [event] : []));
    const errors = ends.map(({ validation }) => validation?.top1Error ?? Number.NaN);
    const isStale = errors.map((error, epoch) => error >= Math.min(...errors.slice(0, epoch)));
    expect(isStale.filter(Boolean)).toHaveLength(4);
    expect(isStale.at(-1)).toBe(true);
    expect(ends.at(-1)?.learningRate).toBeCloseTo(1e-5, 12);
    expect(ends.length).toBeLessThan(40);
    expect(stderr).toContain(
      `ended after epoch ${ends.length} of 40, because the validation error no longer improves at the last learning rate`,
    );
  });

  test('the losses match those of whole batches, and other micro-batches cannot resume the run', async () => {
    const [begin] = await eventsOf(run);
    expect(begin).toMatchObject({ settings: { training: { batchSize: 10, microBatchSize: 3 } } });
    const { code, stderr } = await inProcess(
      folder.path,
      `train ${tiny} --no-dropout --epochs 2 --out runs/at-once`,
    );
    expect(code, stderr).toBe(0);
    const [pieces, atOnce] = [(await losses(run)).slice(0, 2), await losses('runs/at-once')];
    for (const [step, loss] of atOnce.entries()) expect(pieces[step]).toBeCloseTo(loss, 4);
    expect(pieces).not.toEqual(atOnce); // summed in another order
    const resumed = await inProcess(folder.path, `reproduce --resume --out ${run} --micro-batch 5`);
    expect(resumed.code).toBe(2);
    expect(resumed.stderr).toContain('started with --micro-batch 3; --resume cannot change it to 5');
  });
});

test("the original's own schedule slows conv1 at epoch 67 and stops it at 72", async () => {
  const run = 'runs/to-the-end';
  const started = await inProcess(folder.path, `train ${tiny} --schedule step --max-steps 1 --out ${run}`);
  expect(started.code, started.stderr).toBe(0);
  // continues as if 66 epochs had been trained
  const checkpoint = join(folder.path, run, 'checkpoints/step-00000001/checkpoint.json');
  const { sha256: _, ...description } = JSON.parse(await readFile(checkpoint, 'utf8'));
  expect(description).toMatchObject({ epoch: 1, step: 1 });
  const late = { ...description, epoch: 66 };
  const sha256 = createHash('sha256').update(JSON.stringify(late)).digest('hex');
  await writeFile(checkpoint, JSON.stringify({ ...late, sha256 }));
  const { code, stderr } = await inProcess(
    folder.path,
    `train --resume --epochs 73 --threads 1 --out ${run}`,
  );
  expect(code, stderr).toBe(0);
  const epochs = (await eventsOf(run)).filter((event) => event.type === 'epochBegin');
  expect(epochs.map(({ epoch }) => epoch)).toEqual([0, 66, 67, 68, 69, 70, 71, 72]);
  const conv1Rates = epochs.map(({ layerLearningRates }) => layerLearningRates);
  expect(conv1Rates.slice(0, 2)).toEqual([undefined, undefined]);
  expect(conv1Rates[2]).toEqual({ conv1a: 1e-5, conv1b: 1e-5 });
  expect(conv1Rates[7]).toEqual({ conv1a: 0, conv1b: 0 });
});
