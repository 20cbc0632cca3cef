import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawJpeg } from '@alexnet/embedded-ilsvrc';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { alexnet, temporaryFolder } from '../testing/alexnet.js';
import { inProcess } from '../testing/in-process.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const inside = (...parts: string[]): string => join(folder.path, ...parts);
const broken = 'flowers/train/class-1/3.jpg';

beforeAll(async () => {
  folder = await temporaryFolder();
  for (const label of [0, 1]) {
    for (const [split, count] of [
      ['train', 6],
      ['val', 2],
    ] as const) {
      const directory = inside('flowers', split, `class-${label}`);
      await mkdir(directory, { recursive: true });
      for (let i = 0; i < count; i++) {
        await writeFile(join(directory, `${i}.jpg`), await drawJpeg(1, split, label, i));
      }
    }
  }
  await cp(inside('flowers'), inside('whole'), { recursive: true });
  await writeFile(inside(broken), 'not an image');
});
afterAll(() => folder.remove());

test('prints its plan on stderr, and what it found and did as JSON on stdout', async () => {
  const args =
    'prepare --data whole --out squares --size 32 --format jpg --shard-images 5 --workers 1 --json';
  const { code, stdout, stderr } = await alexnet(folder.path, args);
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(/ {2}12 \+ 4 images: about 1 s with \d+ cores?, [\d.]+ MB of jpg; \d+ [GT]B free/);
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({
    layout: 'classes',
    found: { train: 12, val: 4, test: 0 },
    missing: [],
    images: { train: 12, val: 4, test: 0 },
    skipped: [],
    resumed: 0,
  });
  expect(report.imagesPerSecond).toBeCloseTo(16 / report.seconds, 6);
  expect(report.channelMeans).toHaveLength(3);
  expect(report.pca.eigenvalues).toHaveLength(3);
  const again = await inProcess(folder.path, args);
  expect(JSON.parse(again.stdout)).toMatchObject({ images: report.images, resumed: 4, imagesPerSecond: 0 });
});

test('--plan only prints an estimate', async () => {
  const args = 'prepare --data whole --out nowhere --plan';
  const { code, stdout } = await inProcess(folder.path, args);
  expect([code, stdout.trim()]).toEqual([0, expect.stringMatching(/^12 \+ 4 images: .+ of rgb; .+ free$/)]);
  expect(await readdir(folder.path)).not.toContain('nowhere.partial');
});

test('--verify accepts an intact folder, and finds a changed byte with exit code 1', async () => {
  const { code, stdout } = await inProcess(folder.path, 'prepare --verify squares');
  expect([code, stdout]).toEqual([0, 'squares is intact\n']);
  const compared = await inProcess(folder.path, 'prepare --verify squares --data whole');
  expect([compared.code, compared.stdout]).toEqual([
    0,
    'squares is intact, and whole has the images it was prepared from\n',
  ]);
  const shard = inside('squares/val-000000.tar');
  const bytes = await readFile(shard);
  bytes[700] = (bytes[700] ?? 0) ^ 1;
  await writeFile(shard, bytes);
  const damaged = await inProcess(folder.path, 'prepare --verify --out squares --json');
  expect(damaged.code).toBe(1);
  expect(JSON.parse(damaged.stdout).problems[0]).toBe(
    'squares/val-000000.tar does not have the SHA-256 that prepare recorded',
  );
  expect(damaged.stderr.trim().split('\n').at(-1)).toBe(
    'alexnet: squares is damaged; remove it and prepare it again.',
  );
});

test('a broken image stops it, or is skipped and named; the work before it is kept', async () => {
  const args = 'prepare --data flowers --out kept --size 32 --shard-images 3';
  const stopped = await inProcess(folder.path, args);
  expect([stopped.code, stopped.stdout]).toEqual([1, '']);
  expect(stopped.stderr).toContain(`alexnet: ${broken} cannot be decoded (`);
  expect(stopped.stderr).toContain(`What is done is kept in ${inside('kept.partial')}; run the same again`);
  const skipped = await inProcess(folder.path, `${args} --on-error skip --json`);
  expect(skipped.code, skipped.stderr).toBe(0);
  expect(JSON.parse(skipped.stdout)).toMatchObject({
    images: { train: 11, val: 4 },
    skipped: [{ split: 'train', location: broken }],
  });
  expect(skipped.stderr).toContain(`skipped 1 that cannot be read:\n    ${broken}: `);
});

test('resumes after Ctrl-C when it is run again', async () => {
  const pixels = { width: 2500, height: 2500, channels: 3 } as const;
  const large = await sharp({ create: { ...pixels, background: 'red' } })
    .jpeg()
    .toBuffer();
  await cp(inside('whole'), inside('large'), { recursive: true });
  for (let i = 0; i < 24; i++) await writeFile(inside('large/train/class-0', `large-${i}.jpg`), large);
  const args = 'prepare --data large --out large-squares --shard-images 2';
  const isAtWork = (): boolean => existsSync(inside('large-squares.partial', 'lock'));
  let waiting: NodeJS.Timeout | undefined;
  const stopped = await alexnet(folder.path, args, {
    watch: (_, child) => {
      waiting ??= setInterval(() => isAtWork() && child.kill('SIGINT') && clearInterval(waiting), 5);
    },
  });
  expect([stopped.code, stopped.stdout]).toEqual([1, '']);
  expect(stopped.stderr.trim().split('\n').at(-1)).toBe(
    `alexnet: ${inside('large-squares')} is not finished: preparing was stopped. What is done is kept in ${inside('large-squares.partial')}; run the same again to resume.`,
  );
  const resumed = await inProcess(folder.path, args);
  expect([resumed.code, resumed.stdout]).toEqual([0, 'large-squares\n']);
  await rm(inside('large'), { recursive: true });
});

test('wrong usage has exit code 2 and says what is required', async () => {
  for (const [args, message] of [
    ['prepare --data whole', 'prepare requires --out <dir>.'],
    ['prepare --verify squares --plan', 'prepare --verify checks one finished folder; leave out --plan and any other --out.'], // biome-ignore format: one line
    ['prepare --data whole --out x --workers -1', 'It must be a whole number >= 0.'],
  ] as const) {
    const { code, stdout, stderr } = await inProcess(folder.path, args);
    expect([code, stdout], args).toEqual([2, '']);
    expect(stderr).toContain(message);
  }
});

test('the metadata of another program beside the data, or in the folder to write, is no obstacle', async () => {
  await cp(inside('whole'), inside('beside'), { recursive: true });
  for (const name of ['meta.json', 'labels.csv', 'README.md', 'a.cfg', 'z.txt']) {
    await writeFile(inside('beside', name), '{"name": "flowers"}');
  }
  const { code, stderr } = await inProcess(folder.path, 'prepare --data beside --out next --size 32');
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('  Not used in beside: README.md, a.cfg, labels.csv, meta.json and 1 more.\n');
  const refused = await inProcess(folder.path, 'prepare --data whole --out beside --size 32');
  expect([refused.code, refused.stderr.trim().split('\n').at(-1)]).toEqual([
    1,
    `alexnet: ${inside('beside')} is not empty; remove it, or choose a folder that does not exist yet.`,
  ]);
});

test('files that are left out are said in one line, by reason', async () => {
  await cp(inside('whole'), inside('mixed'), { recursive: true });
  await writeFile(inside('mixed/train/class-0/scan.bmp'), 'BM');
  await mkdir(inside('mixed/train/class-0/more'));
  await cp(inside('whole/train/class-0/0.jpg'), inside('mixed/train/class-0/more/7.jfif'));
  for (const name of ['boxes.txt', 'README', '.DS_Store']) await writeFile(inside('mixed/train', name), 'x');
  const args = 'prepare --data mixed --out mixed-squares --size 32';
  const { code, stdout, stderr } = await inProcess(folder.path, `${args} --json`);
  expect(code, stderr).toBe(0);
  expect(stderr).toContain(
    '  left out: 1 image of a format that is not read (.bmp), 2 files that are not images (.txt 1, no ending 1), 1 hidden file or folder\n',
  );
  expect(JSON.parse(stdout)).toMatchObject({
    images: { train: 13, val: 4 },
    ignoredFiles: 4,
    leftOut: [{ reason: 'formatNotRead', count: 1, endings: { '.bmp': 1 } }, {}, {}],
  });
});
