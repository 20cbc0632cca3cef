import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isPrepared } from '../../prepared/is-prepared.js';
import { writeBinaryCifar } from '../cifar/write-cifar.test-data.js';
import {
  fixture,
  jpeg,
  packTar,
  temporaryFolder,
  testIlsvrc,
  writeFiles,
  writeFolders,
} from '../generate-ilsvrc.test-data.js';
import { openIlsvrc } from '../open-ilsvrc.js';

const ofAnother = '{"created": "2024-05-01", "tool": "img2dataset"}';

async function writeShard(path: string): Promise<void> {
  const files = [
    { name: 'a.jpg', bytes: await jpeg(1) },
    { name: 'a.cls', bytes: Buffer.from('0') },
  ];
  await writeFile(path, await packTar(files));
}

test('what lies beside class folders is named, and metadata of another program is no obstacle', async () => {
  const dir = await temporaryFolder();
  for (const split of ['train', 'val']) {
    await writeFiles(join(dir, split, 'a'), [{ name: '1.jpg', bytes: await jpeg(1) }]);
  }
  for (const name of ['meta.json', '.gitignore', 'words.txt']) await writeFile(join(dir, name), '');
  await writeFile(join(dir, 'words.txt'), 'a\ttench\n');
  await mkdir(join(dir, 'unlabelled'));
  const source = await openIlsvrc(dir);
  expect(source.missing).toEqual([`Not used in ${dir}: meta.json, unlabelled/.`]);
  await source.close();
});

test('what lies beside shards is named: indexes, metadata of other programs, checkpoints', async () => {
  const dir = await temporaryFolder();
  for (const name of ['train-000000.tar', 'val-000000.tar']) await writeShard(join(dir, name));
  await writeFile(join(dir, 'meta.json'), ofAnother);
  await writeFile(join(dir, 'classnames.txt'), 'tench\n');
  await writeFile(join(dir, 'train-000000.idx'), '0 512\n');
  await writeFile(join(dir, 'README.md'), '# Shards\n');
  const zip = Buffer.from('504b0304140000', 'hex');
  await writeFile(join(dir, 'checkpoint-12.tar'), zip); // as torch.save writes it
  await writeFile(join(dir, 'epoch_90.pth.tar'), zip);
  await mkdir(join(dir, 'runs'));
  const source = await openIlsvrc(dir);
  expect(source).toMatchObject({ counts: { train: 1, val: 1 }, classes: [{ words: 'tench' }] });
  expect(source.missing).toEqual([
    `${dir}/checkpoint-12.tar is left out: it is not a tar, but a ZIP archive or a checkpoint of PyTorch.`,
    `Not used in ${dir}: README.md, epoch_90.pth.tar, meta.json, runs/ and 1 more.`,
  ]);
});

/** Writes a README, notes/ and hidden files to a folder, and returns the line that names them. */
async function litter(dir: string): Promise<string> {
  for (const name of ['README.txt', '.DS_Store']) await writeFile(join(dir, name), '');
  await mkdir(join(dir, 'notes'));
  return `Not used in ${dir}: README.txt, notes/.`;
}

const data = await testIlsvrc();

test.each<[string, (dir: string) => Promise<void>]>([
  ['the unpacked challenge with its devkit', (dir) => writeFolders(dir, data)],
  [
    'CIFAR-10 as unpacked',
    async (dir) => {
      const batches = ['data_batch_1.bin', 'data_batch_2.bin', 'test_batch.bin'].map((name) => [
        name,
        [0, 1],
      ]);
      await writeBinaryCifar(join(dir, 'cifar-10-batches-bin'), Object.fromEntries(batches));
      await writeFile(join(dir, 'cifar-10-batches-bin/readme.html'), '');
    },
  ],
  ['Parquet files', (dir) => cp(fixture('parquet/data'), join(dir, 'data'), { recursive: true })],
  [
    "Kaggle's folders",
    async (dir) => {
      const images = join(dir, 'ILSVRC/Data/CLS-LOC');
      await writeFiles(join(images, 'train/n01440764'), [{ name: '1.JPEG', bytes: await jpeg(1) }]);
      await mkdir(join(dir, 'ILSVRC/Annotations'));
      await writeFile(join(dir, 'LOC_sample_submission.csv'), '');
    },
  ],
])('what lies beside %s is named', async (_, write) => {
  const dir = await temporaryFolder();
  await write(dir);
  const line = await litter(dir);
  const source = await openIlsvrc(dir);
  expect(source.missing.filter((one) => one.startsWith('Not used'))).toEqual([line]);
  await source.close();
});

test('a folder is prepared if prepare wrote its meta.json, whole or not', async () => {
  const dir = await temporaryFolder();
  expect(await isPrepared(join(dir, 'nowhere'))).toBe(false);
  expect(await isPrepared(dir)).toBe(false);
  for (const [text, expected] of [
    [ofAnother, false],
    ['', true], // emptied when a disk failed; openPrepared says that it is damaged
    ['{\n "kind": "alexnet-prepared-images",\n "ver', true],
  ] as const) {
    await writeFile(join(dir, 'meta.json'), text);
    expect(await isPrepared(dir), text).toBe(expected);
  }
});
