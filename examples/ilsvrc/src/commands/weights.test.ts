import { cp, mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alexnet as build } from '@alexnet/alexnet-model';
import { fileSystem } from '@alexnet/sgd-momentum-trainer';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { InferenceSession, Tensor } from 'onnxruntime-web';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ended, temporaryFolder } from '../testing/alexnet.js';
import { inProcess } from '../testing/in-process.js';

const fixtures = fileURLToPath(new URL('../../../../packages/alexnet-model/fixtures/', import.meta.url));
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

const at = (name: string): string => join(folder.path, name);
const run = (args: string): Promise<Ended> => inProcess(folder.path, args.replace(/ +/g, ' ').trim());
const refused = (args: string): Promise<Ended> => inProcess(folder.path, `${args} --backend cpu`);
const small = '--width 0.0625 --image-size 96 --classes 5 --seed 3';

describe('alexnet export', () => {
  test('writes ONNX whose predictions in onnxruntime match the preset', async () => {
    const { code, stdout, stderr } = await run(`export --preset paper --format onnx ${small} --json`);
    expect(code, stderr).toBe(0);
    const { preprocessing, ...summary } = JSON.parse(stdout);
    expect(preprocessing).toEqual({ mean: [127.3, 119.72, 104.91], std: [1, 1, 1] });
    expect(summary).toMatchObject({ out: 'alexnet-paper.onnx', format: 'onnx', imageSize: 96, classes: 5 });

    const image = Float32Array.from({ length: 3 * 96 * 96 }, (_, i) => 100 * Math.sin(i * i)); // NCHW
    const session = await InferenceSession.create(await readFile(at('alexnet-paper.onnx')));
    const { fc8 } = await session.run({ image: new Tensor('float32', image, [1, 3, 96, 96]) });
    await tf.setBackend('cpu');
    const model = build('paper', { width: 1 / 16, imageSize: 96, classes: 5, seed: 3 });
    expect(summary.parameters).toBe(model.countParams());
    const expected = tf.tidy(() => {
      const x = tf.transpose(tf.tensor4d(image, [1, 3, 96, 96]), [0, 2, 3, 1]);
      return tf.log(model.predict(x) as tf.Tensor).dataSync();
    });
    const logits = fc8?.data as Float32Array;
    const offset = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
    expect(Array.from(logits, (logit) => logit - offset)).toEqual(
      Array.from(expected, (value) => expect.closeTo(value, 4)),
    );
    model.dispose();
  });

  test.each([
    ['', '--format'],
    ['--format onnx', 'one of --preset, --weights and --run'],
    ['--format onnx --preset paper --run x', 'one of --preset, --weights and --run'],
    ['--format caffe --preset paper', 'Allowed choices are onnx, safetensors, tfjs'],
    ['--format onnx --preset alexnet', 'Allowed choices are paper'],
    ['--format onnx --preset paper --key model', '--key requires --weights'],
    ['--format onnx --weights x --width 2', '--width applies to new weights only'],
    ['--format onnx --preset paper --data x', '--data requires --run'],
    ['--format onnx --preset paper --mean 1,2', 'three numbers for R, G and B'],
    ['--format onnx --preset paper --width 0', 'It must be a number > 0'],
    ['--format onnx --preset paper --out there.onnx', 'there.onnx already exists'],
  ])('called with "%s" ends with code 2 and says %s', async (args, message) => {
    await writeFile(at('there.onnx'), 'kept');
    const { code, stdout, stderr } = await refused(`export ${args}`);
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(await readFile(at('there.onnx'), 'utf8')).toBe('kept');
  });

  test('a missing folder is one line and code 1, and nothing is left behind', async () => {
    const { code, stderr } = await refused(`export --preset paper --format onnx ${small} --out none/a.onnx`);
    expect(code).toBe(1);
    expect(stderr.trim().split('\n').at(-1)).toMatch(
      /^alexnet: none\/a\.onnx: could not be written \(ENOENT/,
    );
    expect((await readdir(folder.path)).filter((name) => name.includes('partial'))).toEqual([]);
  });
});

describe('alexnet import', () => {
  test("reads a .caffemodel into a LayersModel, which export writes with PyTorch's names", async () => {
    const read = await run(`import ${fixtures}bvlc.caffemodel --out bvlc --json`);
    expect(read.code, read.stderr).toBe(0);
    const summary = JSON.parse(read.stdout);
    expect(summary).toMatchObject({ out: 'bvlc', format: 'caffe', imageSize: 227, classes: 6 });
    expect(summary.preprocessing.mean).toEqual([123, 117, 104]);
    expect((await readdir(at('bvlc'))).sort()).toEqual(['model.json', 'weights.bin']);

    const copied = await run('export --weights bvlc --format tfjs --out copy/');
    expect(copied.code, copied.stderr).toBe(0);
    expect(await readFile(at('copy/weights.bin'))).toEqual(await readFile(at('bvlc/weights.bin')));
    const written = await run('export --weights bvlc --format safetensors --out bvlc.safetensors');
    expect(written.code, written.stderr).toBe(0);
    expect(written.stdout.split('\n')[0]).toBe('bvlc.safetensors');
    expect(written.stdout).toContain('227 x 227 pixels, 6 classes');
    const again = await run('import bvlc.safetensors --out again --mean 1,2,3 --std 4,5,6 --json');
    expect(again.code, again.stderr).toBe(0);
    expect(JSON.parse(again.stdout).preprocessing).toEqual({ mean: [1, 2, 3], std: [4, 5, 6] });
    expect(await readFile(at('again/weights.bin'))).toEqual(await readFile(at('bvlc/weights.bin')));
  });

  test('says that a mean is assumed, unless --mean gives it', async () => {
    const assumed = /mean is assumed to be the preset's, since it has no mean values; set it with --mean/;
    const file = `${fixtures}caffenet-v1.caffemodel`;
    const without = await refused(`import ${file} --out without-mean`);
    expect({ code: without.code, stderr: without.stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(assumed),
    });
    const given = await refused(`import ${file} --out with-mean --mean 1,2,3`);
    expect(given.code).toBe(0);
    expect(given.stderr).not.toMatch(assumed);
    expect(given.stdout).toContain('minus 1, 2, 3');
    const exported = await refused(`export --weights ${file} --format tfjs --out exported-mean`);
    expect(exported.stderr).toMatch(assumed);
  });

  test('says which state dict of a checkpoint it reads and what it leaves out, and --key chooses', async () => {
    const file = `${fixtures}ema-checkpoint.pth`;
    const plain = await refused(`import ${file} --out plain`);
    expect(plain.code, plain.stderr).toBe(0);
    expect(plain.stderr).toContain(
      "  read the state dict 'state_dict', not 'state_dict_ema'; --key chooses another\n" +
        "  left out, since no layer of the network has it: 'n_averaged', 'teacher.fc.weight', 'optimizer'\n",
    );
    const average = await refused(`import ${file} --out average --key state_dict_ema`);
    expect(average.code, average.stderr).toBe(0);
    expect(average.stderr).not.toContain('--key chooses');
    const exported = await refused(
      `export --weights ${file} --key state_dict_ema --format tfjs --out average2`,
    );
    expect(exported.code, exported.stderr).toBe(0);
    const values = await Promise.all(
      ['plain', 'average', 'average2'].map((name) => readFile(at(`${name}/weights.bin`), 'base64')),
    );
    expect(values[1]).toBe(values[2]);
    expect(values[1]).not.toBe(values[0]);
  });

  test('reads the mean image of a Caffe net, and says its size and order', async () => {
    const side = 230;
    const image = Float32Array.from({ length: 3 * side * side }, (_, i) => {
      const channel = Math.floor(i / side ** 2);
      return 100 + 10 * channel + (i % 2 ? 1 : -1); // B 100, G 110, R 120
    });
    const data = Buffer.from(image.buffer);
    const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 230, 230), }".padEnd(117);
    await writeFile(
      at('mean.npy'),
      Buffer.concat([Buffer.from('\x93NUMPY\x01\0v\0', 'latin1'), Buffer.from(`${header}\n`), data]),
    );
    const length = Buffer.from([
      0x2a,
      (data.length & 127) | 128,
      ((data.length >> 7) & 127) | 128,
      data.length >> 14,
    ]);
    const sides = Buffer.from([0x08, 1, 0x10, 3, 0x18, 230, 1, 0x20, 230, 1]); // num, channels, height, width
    await writeFile(at('mean.binaryproto'), Buffer.concat([sides, length, data]));
    const said = (name: string, order: string): string =>
      `  the mean is the channel means of ${name} in ${order} order, averaged over its 230 x 230 pixels (Caffe subtracts each pixel's own)\n`;
    const file = `${fixtures}caffenet-v1.caffemodel`;
    for (const name of ['mean.npy', 'mean.binaryproto']) {
      const { code, stdout, stderr } = await refused(`import ${file} --out with-${name} --mean ${name}`);
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining(said(name, 'BGR')) });
      expect(stdout).toContain('minus 120, 110, 100, divided by 1, 1, 1');
      expect(stderr).not.toContain('assumed to be the preset');
      expect(stderr).toContain(
        'its first layer is assumed to read BGR; alexnet import --channel-order sets another order',
      );
    }
    const rgb = await refused(`import ${file} --out rgb --mean mean.npy --channel-order RGB`);
    expect(rgb.stderr).toContain(said('mean.npy', 'RGB'));
    expect(rgb.stderr).not.toContain('assumed');
    expect(rgb.stdout).toContain('minus 100, 110, 120');
    const exported = await refused(
      `export --weights ${file} --format tfjs --out exported-npy --mean mean.npy`,
    );
    expect(exported.stdout).toContain('minus 120, 110, 100');
    const torch = await refused(`import ${fixtures}torchvision.pth --out torch`);
    expect(torch.stderr).toContain(
      "  the mean and std are assumed to be the preset's, since it has no preprocessing; set them with --mean and --std\n  its first layer is assumed to read RGB;",
    );

    await writeFile(at('cut.binaryproto'), Buffer.concat([sides, length, data.subarray(1)]));
    await writeFile(
      at('small.npy'),
      Buffer.concat([
        Buffer.from('\x93NUMPY\x01\0v\0', 'latin1'),
        Buffer.from(`${header.replace('230, 230), ', '2, 2), ').padEnd(117)}\n`),
        data.subarray(0, 48),
      ]),
    );
    for (const [mean, message] of [
      ['none.npy', 'none.npy: cannot be read (ENOENT).'],
      ['/dev/zero', '/dev/zero: this is not a regular file.'],
      [
        'cut.binaryproto',
        'cut.binaryproto: it is neither a mean image of Caffe (.binaryproto) nor an array of NumPy (.npy): ',
      ],
      [
        'small.npy',
        "small.npy: a mean image of 2 x 2 pixels is smaller than the network's images, 227 x 227; it belongs to another network.",
      ],
    ] as const) {
      // biome-ignore format: a table
      const { code, stderr } = await refused(`import ${file} --out bad-mean --mean ${mean}`);
      expect([code, stderr]).toEqual([1, expect.stringContaining(`alexnet: ${message}`)]);
      expect(await readdir(folder.path)).not.toContain('bad-mean');
    }
  });

  test('reads a LayersModel that was saved with its optimizer, which it leaves out and names', async () => {
    await tf.setBackend('cpu');
    const model = build('noLrn', { width: 1 / 16, imageSize: 64, classes: 3 });
    model.compile({ optimizer: 'sgd', loss: 'categoricalCrossentropy' });
    await model.save(fileSystem(at('with-optimizer')), { includeOptimizer: true });
    model.dispose();
    const { code, stderr } = await refused('import with-optimizer --out without-optimizer');
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining("  left out, since no layer of the network has it: 'iter'\n"),
    });
  });

  test.each([
    ['cut.pth', '', 'cut.pth: '],
    [
      `${fixtures}ema-checkpoint.pth`,
      '--key ema',
      "key must be one of 'state_dict_ema', 'state_dict', got 'ema'.",
    ],
    [
      `${fixtures}bvlc.caffemodel`,
      '--key ema',
      "key is for checkpoints of PyTorch, got 'ema' for the format caffe.",
    ],
    ['none.pth', '', 'none.pth: cannot be read (ENOENT)'],
    ['empty', '', 'empty: cannot be read (ENOENT)'],
    ['/dev/zero', '', '/dev/zero: this is neither a file nor a folder.'],
    ['shards', '', "shards: there is no readable LayersModel (weightsManifest must name files of the folder (fileSystem), got \"../w.bin\".)"], // biome-ignore format: one line
    ['grouped.pth', '', 'grouped.pth: it does not say which net its weights belong to; set preset.'],
    ['grouped.pth', '--preset torchvision', "'module.features.4' has kernels that read"],
  ])('%s %s is one line that names it, and code 1', async (file, options, message) => {
    await cp(`${fixtures}torchvision.pth`, at('cut.pth'));
    await truncate(at('cut.pth'), 9000);
    await cp(`${fixtures}grouped-checkpoint.pth`, at('grouped.pth'));
    await mkdir(at('shards'), { recursive: true });
    await writeFile(at('shards/model.json'), '{"weightsManifest": [{"paths": ["../w.bin"], "weights": []}]}');
    const { code, stdout, stderr } = await refused(`import ${file} --out bad ${options}`);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    const last = stderr.trim().split('\n').at(-1) ?? '';
    expect(last).toMatch(/^alexnet: /);
    expect(last).toContain(message);
    expect(await readdir(folder.path)).not.toContain('bad');
  });

  test.each([
    ['--out new', "missing required argument 'file'"],
    ['x.pth', '--out'],
    ['x.pth --out full', 'full is not empty'],
    ['x.pth --out new --preset alexnet', 'Allowed choices are paper'],
    ['x.pth --out new --channel-order GBR', 'Allowed choices are RGB, BGR'],
  ])('called with "%s" ends with code 2 and says %s', async (args, message) => {
    await cp(fixtures, at('full'), { recursive: true });
    const { code, stderr } = await refused(`import ${args}`);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});

test.each(['import', 'export'])('alexnet %s --help prints its options on stdout', async (command) => {
  const { code, stdout } = await inProcess(folder.path, `${command} --help`);
  expect(code).toBe(0);
  for (const option of ['--preset', '--mean', '--std', '--json', '--backend'])
    expect(stdout).toContain(option);
});
