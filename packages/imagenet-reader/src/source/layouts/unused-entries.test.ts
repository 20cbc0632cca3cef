import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isPrepared } from '../../prepared/is-prepared.js';
import { jpeg, packTar, temporaryFolder, writeFiles } from '../generate-ilsvrc.test-data.js';
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
