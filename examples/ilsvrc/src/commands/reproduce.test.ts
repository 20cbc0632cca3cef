import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { preprocessingOf } from '@alexnet/alexnet-model';
import { drawJpeg, embeddedClasses } from '@alexnet/embedded-ilsvrc';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { RunEvent } from '../run/run-event.js';
import { RunFolder } from '../run/run-folder.js';
import { alexnet, command, temporaryFolder } from '../testing/alexnet.js';
import { inProcess } from '../testing/in-process.js';
import { lossesOf } from '../testing/losses-of.js';
import { boardReaders, scalarsOf } from '../testing/read-board.js';

vi.setConfig({ testTimeout: 240_000 }); // on wasm, where there is no oneDNN

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

// small batches: an epoch of 35 steps is long enough to be interrupted in the middle
const small =
  '--train-per-class 7 --val-per-class 1 --width 0.0625 --image-size 64 --batch-size 2 --threads 1';
const resume = 'reproduce --resume --threads 1';
const eventsOf = (run: string): Promise<RunEvent[]> => new RunFolder(join(folder.path, run)).events();
const losses = (run: string): Promise<number[]> => lossesOf(join(folder.path, run));

/** Makes a checkpoint as an older version wrote it, with the preset's preprocessing in place of the data's. */
async function makeOlder(checkpoint: string): Promise<void> {
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const [model, state] = ['model.json', 'checkpoint.json'].map((name) => join(checkpoint, name)) as [string, string]; // biome-ignore format: one line
  const artifacts = JSON.parse(await readFile(model, 'utf8'));
  artifacts.userDefinedMetadata.alexnet.preprocessing = preprocessingOf('original2012');
  await writeFile(model, JSON.stringify(artifacts));
  const { sha256: _, ...content } = JSON.parse(await readFile(state, 'utf8'));
  content.files['model.json'] = sha256(JSON.stringify(artifacts));
  await writeFile(state, JSON.stringify({ ...content, sha256: sha256(JSON.stringify(content)) }));
}

describe('a small run on the embedded data set', () => {
  test('trains, evaluates, prints a table on stdout and leaves checkpoints, log and report', async () => {
    const { code, stdout, stderr } = await alexnet(
      folder.path,
      `reproduce ${small} --epochs 2 --out runs/whole`,
    );
    expect(code, stderr).toBe(0);
    const lines = stdout.trim().split('\n').map((line) => line.trim().split(/\s{2,}/)); // biome-ignore format: one line
    expect(lines[0]).toEqual([
      'views',
      'top-1 error',
      'top-5 error',
      'images',
      'seconds',
      'images/s',
      'backend',
    ]);
    expect(lines.map((line) => line[0])).toEqual(['views', '1', '10', 'chance']);
    expect(lines[1]?.[3]).toBe('10');
    expect(stderr).toMatch(/epoch 2\/2 {3}loss .* starved \d/);
    const files = await readdir(join(folder.path, 'runs/whole'), { recursive: true });
    const checkpoints = ['step-00000035', 'step-00000070'].flatMap((step) =>
      ['', '/checkpoint.json', '/model.json', '/velocities.bin', '/weights.bin'].map(
        (file) => `checkpoints/${step}${file}`,
      ),
    );
    expect(files.sort()).toEqual(
      ['checkpoints', ...checkpoints, 'events.jsonl', 'inputs', 'inputs/inputs.json', 'inputs/mean-image.f32', 'kernels', 'kernels/epoch-001.png', 'kernels/epoch-002.png', 'report.html', 'tensorboard', expect.stringMatching(/^tensorboard.events.out.tfevents.[0-9]{10}[.]/)], // biome-ignore format: one line
    );
    const report = await readFile(join(folder.path, 'runs/whole/report.html'), 'utf8');
    for (const part of [
      'Settings',
      'weightDecay',
      'Environment',
      'Changed settings',
      '<svg',
      'class="prediction"',
      'original2012',
    ]) {
      expect(report).toContain(part);
    }
  });

  test.for(boardReaders)('%s finds the events and the kernels of conv1', async ([, read], context) => {
    const board = await read(join(folder.path, 'runs/whole/tensorboard'), context);
    expect(board.scalars).toEqual(scalarsOf(await eventsOf('runs/whole')));
    const kernels = board.images.conv1 ?? [];
    expect(kernels.map(([step]) => step)).toEqual([34, 69]);
    for (const [, width, height, png] of kernels) {
      const { info } = await sharp(Buffer.from(png, 'base64')).raw().toBuffer({ resolveWithObject: true });
      expect(info).toMatchObject({ width, height, channels: 4 });
    }
    const report = await readFile(join(folder.path, 'runs/whole/report.html'), 'utf8');
    expect(report).toContain(kernels.at(-1)?.[3]);
    const strip = report.slice(report.indexOf('class="strip"'));
    expect(strip).toContain(kernels[0]?.[3]);
    expect(report.slice(0, -strip.length)).not.toContain(kernels[0]?.[3]);
  });

  test('the checkpoint is exported with the channel means of its data', async () => {
    await cp(join(folder.path, 'runs/whole'), join(folder.path, 'runs/older'), { recursive: true });
    await makeOlder(join(folder.path, 'runs/older/checkpoints/step-00000070'));
    const args = 'export --run runs/whole --format safetensors --out whole.safetensors --json';
    const [own, given, usual] = await Promise.all([
      inProcess(folder.path, `${args} ${command.engine}`),
      alexnet(folder.path, `${args.replaceAll('whole', 'older')} --data data/embedded-7-1-prepared`),
      alexnet(folder.path, args.replace('whole', 'older').replace('whole.s', 'usual.s')),
    ]);
    expect(own.code, own.stderr).toBe(0);
    expect(JSON.parse(given.stdout).preprocessing).toEqual(JSON.parse(own.stdout).preprocessing);
    const meta = JSON.parse(
      await readFile(join(folder.path, 'data/embedded-7-1-prepared/meta.json'), 'utf8'),
    );
    expect(JSON.parse(own.stdout).preprocessing).toEqual({
      mean: meta.channelMeans,
      std: [1, 1, 1],
      size: 256,
    });
    expect(usual.stderr).toContain("ILSVRC's channel means are written");
    expect(JSON.parse(usual.stdout).preprocessing.mean).toEqual([127.3, 119.72, 104.91]);
    const checkpoint = await readFile(join(folder.path, 'runs/whole/checkpoints/step-00000070/weights.bin'));
    const classOrder = meta.classes.map(({ wnid }: { wnid: string }) => wnid);
    expect(JSON.parse(own.stdout)).toMatchObject({
      ...{ classes: 10, classOrder },
      parameters: checkpoint.length / 4,
    });
  });

  test('a run stopped by Ctrl-C and resumed has the losses of an uninterrupted run', async () => {
    const begin = `reproduce ${small} --epochs 2 --out runs/stopped`;
    const stopped = await alexnet(folder.path, begin, { interruptAt: /epoch 1\/2 {3}/ });
    expect(stopped.code).toBe(1);
    expect(stopped.stderr.trim().split('\n').at(-1)).toBe('alexnet: stopped by SIGINT.');
    const resumed = await alexnet(folder.path, `${resume} --out runs/stopped`);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(resumed.stderr).toContain('resumed at epoch 2');
    expect(await losses('runs/stopped')).toEqual(await losses('runs/whole'));
  });

  test.for(boardReaders)('%s finds one run after resuming', async ([, read], context) => {
    const board = await read(join(folder.path, 'runs/stopped/tensorboard'), context);
    expect(await readdir(join(folder.path, 'runs/stopped/tensorboard'))).toHaveLength(2);
    expect(board.scalars).toEqual(scalarsOf(await eventsOf('runs/stopped')));
    expect(board.images.conv1).toHaveLength(2);
  });
});

test('train/<class>/* and val/<class>/* work too, from another working folder', async () => {
  const data = join(folder.path, 'flowers');
  for (const [split, count] of [
    ['train', 8],
    ['val', 2],
  ] as const) {
    // biome-ignore format: one line
    for (const label of [0, 1, 2]) {
      const directory = join(data, split, `class-${label}`);
      await mkdir(directory, { recursive: true });
      for (let n = 0; n < count; n++) await writeFile(join(directory, `${n}.jpg`), await drawJpeg(1, split, label, n));
    }
  }
  const args = `reproduce --data ${data} --width 0.0625 --batch-size 8 --epochs 1 --preset paper --out runs/flowers`;
  const { code, stdout, stderr } = await alexnet(folder.path, args);
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/chance +66.7%/);
});

describe('bad input ends with one line and its exit code, and leaves no partial files', () => {
  const data = () => join(folder.path, 'data/embedded-7-1');
  const expectFailure = async (args: string, code: number, message: RegExp): Promise<void> => {
    const before = await readdir(join(folder.path, 'runs'));
    const stored = await readdir(join(folder.path, 'data'));
    const ended = await inProcess(folder.path, `${args} --backend cpu`);
    const lines = ended.stderr
      .trim()
      .split('\n')
      .filter((line) => line.startsWith('alexnet: '));
    expect(lines, ended.stderr).toHaveLength(1);
    expect(lines[0]).toMatch(message);
    expect(ended.code).toBe(code);
    expect(ended.stdout).toBe('');
    expect(await readdir(join(folder.path, 'runs'))).toEqual(before);
    const now = await readdir(join(folder.path, 'data'));
    const kept = now.filter((name) => name.endsWith('.partial')); // to resume from, as the message says
    for (const name of kept)
      expect(lines[0]).toContain(`kept in ${join(folder.path, 'data', name)}; run the same again`);
    expect(now.filter((name) => !kept.includes(name))).toEqual(stored);
  };
  const copyOfTars = async (name: string): Promise<string> => {
    const copy = join(folder.path, name);
    await cp(data(), copy, { recursive: true });
    return copy;
  };

  test('an unknown preset, option or value', async () => {
    await expectFailure(
      'reproduce --preset alex',
      2,
      /unknown preset 'alex'; choose one of paper, original2012,/,
    );
    await expectFailure('reproduce --depth 3', 2, /unknown option '--depth'/);
    await expectFailure('reproduce --width wide', 2, /--width <factor>' argument 'wide' is invalid/);
    await expectFailure('reproduce --epochs 0', 2, /must be a whole number >= 1/);
    await expectFailure('reproduce --preset paper --schedule step', 2, /has no steps/);
    await expectFailure('reproduce --towers 3', 2, /towers must be 1 or 2 /);
    await expectFailure('reproduce --preset caffe --towers 2', 2, /towers must be 1 where convolutions have/);
    await expectFailure('reproduce --micro-batch 0', 2, /must be a whole number >= 1/);
    await expectFailure(
      'reproduce --micro-batch 129',
      2,
      /--micro-batch must be at most the batch size, 128, got 129/,
    );
    await expectFailure('reproduce --image-size 40', 2, /imageSize must be at least 64 for this net/);
    await expectFailure('reproduce --image-size 300', 2, /--image-size must be at most 256/);
  });

  test('a missing or empty folder, or a run that cannot be resumed', async () => {
    await expectFailure('reproduce --data nowhere', 1, /nowhere does not exist/);
    await mkdir(join(folder.path, 'empty'));
    await expectFailure('reproduce --data empty', 1, /empty holds neither ILSVRC2012_img_train.tar nor/);
    await expectFailure(
      'reproduce --resume --out runs/none',
      2,
      /runs\/none does not exist, so there is no run to resume/,
    );
    await expectFailure('reproduce --resume --out runs/whole --width 1', 2, /started with --width 0.0625/);
    await expectFailure(
      'reproduce --resume --out runs/whole --no-lrn',
      2,
      /started without --no-lrn; --resume cannot add it/,
    );
    await expectFailure(
      'reproduce --resume --out runs/whole --towers 1',
      2,
      /started with --towers 2; --resume cannot change it to 1/,
    );
    await expectFailure('reproduce --out runs/whole', 2, /runs\/whole is not empty; add --resume/);
    await expectFailure(
      'reproduce --train-per-class 7 --val-per-class 1',
      2,
      /has 70 images, fewer than one batch of 128; set a smaller --batch-size/,
    );
  });

  test('a half-downloaded or missing tar, a missing devkit', async () => {
    const half = await copyOfTars('half');
    await truncate(join(half, 'ILSVRC2012_img_train.tar'), 300_000);
    await expectFailure('reproduce --data half', 1, /ILSVRC2012_img_train.tar.*incomplete/);
    const bare = await copyOfTars('bare');
    await writeFile(join(bare, 'ILSVRC2012_devkit_t12.tar.gz'), 'no archive');
    await expectFailure('reproduce --data bare', 1, /ILSVRC2012_devkit_t12.tar.gz/);
  });

  test('a class without images and a truncated JPEG are named, and the JPEG is skipped on request', async () => {
    await mkdir(join(folder.path, 'flowers/train/class-3'));
    await expectFailure('reproduce --data flowers', 1, /class-3.*no images/);
    const jpeg = await drawJpeg(1, 'train', 3, 0);
    await writeFile(join(folder.path, 'flowers/train/class-3/cut.jpg'), jpeg.subarray(0, jpeg.length / 2));
    await writeFile(join(folder.path, 'flowers/train/class-3/whole.jpg'), jpeg);
    await expectFailure('reproduce --data flowers --batch-size 8', 1, /cut\.jpg/);
    const args =
      'train --data flowers --on-error skip --width 0.0625 --image-size 64 --batch-size 8 --max-steps 1 --out runs/skipped';
    const { code, stderr } = await alexnet(folder.path, args);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('skipped 1 that cannot be read');
    expect((await readdir(join(folder.path, 'data'))).filter((name) => name.endsWith('.partial'))).toEqual(
      [],
    );
    expect((await sharp(jpeg).metadata()).format).toBe('jpeg');
  });

  test('a full disk (needs the right to mount a small one)', async (context) => {
    const disk = join(folder.path, 'disk');
    await mkdir(disk);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=500k', 'tmpfs', disk]);
    if (mounted.status !== 0) return context.skip('mounting a small tmpfs is not permitted here');
    try {
      const drawn = await alexnet(disk, 'reproduce --train-per-class 7 --val-per-class 1');
      expect(drawn.code).toBe(1);
      expect(drawn.stderr).toMatch(
        /\nalexnet: .*ILSVRC2012_img_train.tar: could not be written \(ENOSPC: .*\n$/,
      );
      expect(await readdir(join(disk, 'data/embedded-7-1'))).toEqual([]);
      spawnSync('mount', ['-o', 'remount,size=1300k', disk]); // the mean image has .8 MB
      const run = `reproduce ${small} --epochs 1 --data-folder ${join(folder.path, 'data')}`;
      const trained = await alexnet(disk, `${run} --out run`);
      expect(trained.code).toBe(1);
      expect(trained.stderr).toMatch(/\nalexnet: .*checkpoint could not be written \(ENOSPC: .*\n$/);
      expect(await readdir(join(disk, 'run'))).toEqual([
        'checkpoints',
        'events.jsonl',
        'inputs',
        'kernels',
        'tensorboard',
      ]);
      expect(await readdir(join(disk, 'run/checkpoints'))).toEqual([]);
    } finally {
      spawnSync('umount', [disk]);
    }
  });

  test('the embedded classes are at least ten', () => {
    expect(embeddedClasses.length).toBeGreaterThanOrEqual(10);
  });
});
