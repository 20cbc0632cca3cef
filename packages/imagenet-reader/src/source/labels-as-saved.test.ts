import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  contents,
  failure,
  jpeg,
  packTar,
  temporaryFolder,
  testIlsvrc,
  writeFolders,
} from './generate-ilsvrc.test-data.js';
import { openIlsvrc } from './open-ilsvrc.js';

/** A text as editors of Windows save it: UTF-8 and UTF-16 with a byte order mark, and other line ends. */
const saved = (text: string): Buffer[] => [
  Buffer.from(`\ufeff${text}`),
  Buffer.from(`\ufeff${text.replaceAll('\n', '\r\n')}`, 'utf16le'),
];

test('labels of a devkit are read as editors save them', async () => {
  const dir = await temporaryFolder();
  const data = await testIlsvrc(1, 4);
  await writeFolders(dir, data);
  const truth = join(dir, 'ILSVRC2012_devkit_t12/data/ILSVRC2012_validation_ground_truth.txt');
  for (const bytes of saved(`${data.valIds.join('\n')}\n`)) {
    await writeFile(truth, bytes);
    const labels = (await contents(await openIlsvrc(dir), 'val')).map(([, label]) => label);
    expect(labels).toEqual(data.valIds.map((id) => id - 1));
  }
  await writeFile(truth, Buffer.from([0x31, 0x0a, 0xe9]));
  expect(await failure(openIlsvrc(dir))).toBe(`${truth} is not UTF-8 text; save it as UTF-8.`);
});

test('labels of shards are read as editors save them', async () => {
  const bytes = await jpeg(1);
  const dir = await temporaryFolder();
  for (const [ending, text] of [
    ['cls', '3\n'],
    ['json', '{"label": 3}\n'],
  ] as const) {
    for (const label of saved(text)) {
      const files = [
        { name: 'a.jpg', bytes },
        { name: `a.${ending}`, bytes: label },
      ];
      await writeFile(join(dir, 'train-000000.tar'), await packTar(files));
      const source = await openIlsvrc(dir);
      expect((await contents(source, 'train')).map((image) => image[1])).toEqual([3]);
      await source.close();
    }
  }
});

test('a heading in the list of a set of shards is not the name of label 0', async () => {
  const dir = await temporaryFolder();
  const files = [0, 1].flatMap((label) => [
    { name: `k${label}.jpg`, bytes: Buffer.from('x') },
    { name: `k${label}.cls`, bytes: Buffer.from(`${label}`) },
  ]);
  await writeFile(join(dir, 'train-000000.tar'), await packTar(files));
  const words = async (): Promise<string[]> => (await openIlsvrc(dir)).classes.map((item) => item.words);
  await writeFile(join(dir, 'classnames.txt'), 'class name\ncat\ndog\n');
  expect(await words()).toEqual(['cat', 'dog']);
  await writeFile(join(dir, 'synset_words.txt'), 'wnid\twords\nn00000001\ttench\nn00000002\tgoldfish\n');
  expect(await words()).toEqual(['tench', 'goldfish']);
});
