import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { prepare } from '../../prepare/prepare.js';
import {
  contents,
  failure,
  jpeg,
  packTar,
  sealed,
  type TestFile,
  temporaryFolder,
  testIlsvrc,
  writeFiles,
  writeTars,
} from '../generate-ilsvrc.test-data.js';
import { openIlsvrc } from '../open-ilsvrc.js';

const text = (name: string, content: string): TestFile => ({ name, bytes: Buffer.from(content) });
const imageFile = async (name: string, number: number): Promise<TestFile> => ({
  name,
  bytes: await jpeg(number),
});

async function writeShards(shards: Record<string, readonly TestFile[]>): Promise<string> {
  const dir = await temporaryFolder();
  for (const [name, files] of Object.entries(shards)) {
    await writeFiles(join(dir, name, '..'), []);
    await writeFile(join(dir, name), await packTar(files));
  }
  return dir;
}

test('reads shards with .cls, splits by name, classes by key', async () => {
  const [a, b, c] = [
    await imageFile('n01440764_7.jpg', 1),
    await imageFile('n01443537_5.JPEG', 2),
    await imageFile('val_1.webp', 3),
  ];
  const dir = await writeShards({
    'imagenet1k-train-0000.tar': [text('n01443537_5.cls', '1'), b, text('n01443537_5.json', '{"label":7}')],
    'imagenet1k-train-0001.tar': [a, text('n01440764_7.cls', '0\n'), text('README', 'x')],
    'imagenet1k-validation-00.tar': [c, text('val_1.cls', '1')],
  });
  await writeFile(join(dir, 'words.txt'), 'n01440764\ttench\n');
  const source = await openIlsvrc(dir);
  expect(source).toMatchObject({
    layout: 'webdataset',
    counts: { train: 2, val: 1, test: 0 },
    missing: [],
    ignoredFiles: 1,
    classes: [
      { wnid: 'n01440764', words: 'tench' },
      { wnid: 'n01443537', words: 'n01443537' },
    ],
  });
  expect(await contents(source, 'train')).toEqual([
    [b.name, 1, b.bytes],
    [a.name, 0, a.bytes],
  ]);
  expect(await contents(source, 'val')).toEqual([[c.name, 1, c.bytes]]);
  await source.close();
  await writeFile(
    join(dir, 'imagenet1k-train-0002.tar'),
    await packTar([await imageFile('n01440764_8.jpg', 4), text('n01440764_8.cls', '1')]),
  );
  expect((await openIlsvrc(dir)).classes[1]).toEqual({ wnid: '1', words: '1' }); // the keys disagree
});

test('reads shards in folders of splits, with labels from .json and names from a list', async () => {
  const files = [await imageFile('x/s0.png', 1), text('x/s0.json', '{"label": 2, "width": 34}')];
  const dir = await writeShards({
    'train/0.tar': files,
    'train/1.tar': [await imageFile('s1.jpg', 2), text('s1.json', '{"cls": "0"}')],
    'test/0.tar': files,
  });
  await writeFile(join(dir, 'classnames.txt'), 'tench\ngoldfish\ngreat white shark\n');
  const source = await openIlsvrc(dir);
  expect(source.counts).toEqual({ train: 2, val: 0, test: 1 });
  expect(source.missing).toEqual([`${dir} has no val shards: no shard is named 'val'.`]);
  expect(source.classes[2]).toEqual({ wnid: '2', words: 'great white shark' });
  expect((await contents(source, 'train')).map(([name, label]) => [name, label])).toEqual([
    ['s0.png', 2],
    ['s1.jpg', 0],
  ]);
  await writeFile(join(dir, 'synset_words.txt'), 'n01440764 tench, Tinca tinca\n');
  expect(await failure(openIlsvrc(dir))).toBe(
    `${dir}/synset_words.txt lists 1 classes but there is a label 2; use the list of these shards.`,
  );
});

test('a blank line in a list of names is refused, a name without words in meta.json is the WordNet ID', async () => {
  const dir = await writeShards({ 'train-0.tar': [await imageFile('k.jpg', 1), text('k.cls', '1')] });
  await writeFile(join(dir, 'classnames.txt'), 'cat\n\ndog\n');
  expect(await failure(openIlsvrc(dir))).toBe(
    `${dir}/classnames.txt: line 2 must be the name of label 1, got ''.`,
  );
  const meta = { classes: [{ wnid: 'n01', words: '' }, { wnid: 'n02' }] };
  await writeFile(join(dir, 'meta.json'), JSON.stringify(meta));
  expect((await openIlsvrc(dir)).classes.map(({ words }) => words)).toEqual(['n01', 'n02']);
  await writeFile(join(dir, 'meta.json'), '{"classes":[{"words":"cat"},{"words":"dog"}]}');
  expect(await failure(openIlsvrc(dir))).toContain('meta.json has no list of classes');
});

test('reads the shards that prepare wrote, and one of them by itself', async () => {
  const dir = await temporaryFolder();
  await writeTars(dir, await testIlsvrc());
  const source = await openIlsvrc(dir);
  const report = await prepare(source, join(dir, 'out'), { size: 16, shardImages: 5 });
  const labels = (await contents(source, 'train')).map(([, label]) => label);
  await source.close();
  const again = await openIlsvrc(report.path);
  expect(again).toMatchObject({ layout: 'webdataset', counts: source.counts, classes: source.classes });
  expect((await contents(again, 'train')).map(([, label]) => label)).toEqual(labels);
  const one = await openIlsvrc(join(report.path, 'val-000001.tar'));
  expect([one.layout, one.counts]).toEqual(['webdataset', { train: 0, val: 1, test: 0 }]);
  const raw = await prepare(await openIlsvrc(dir), join(dir, 'raw'), { size: 16, format: 'rgb' });
  expect(await failure(openIlsvrc(raw.path))).toMatch(
    /raw\/train-000000\.tar\/00000000_\w+\.rgb holds raw pixels as written by prepare; read its folder with openPrepared\.$/,
  );
});

test('a test split without labels and gaps in the numbers of shards are reported', async () => {
  const labelled = [await imageFile('a.jpg', 1), text('a.cls', '0')];
  const dir = await writeShards({
    'x-train-000000.tar': labelled,
    'x-train-000003.tar': labelled,
    'x-val-000001.tar': labelled,
    'x-test-000000.tar': [await imageFile('a.jpg', 1), text('a.cls', '-1')],
  });
  const source = await openIlsvrc(dir);
  expect(source.counts).toEqual({ train: 2, val: 1, test: 0 });
  expect(source.missing).toEqual([
    `${dir}/x-train-000001.tar is missing: its images are left out.`,
    `${dir}/x-train-000002.tar is missing: its images are left out.`,
    `${dir}/x-test-000000.tar and all other test shards are left out: they have no labels.`,
  ]);
});

test('of many missing shards twenty are named and the others are counted', async () => {
  const dir = await writeShards({
    '00.tar': [],
    '31.tar': [await imageFile('a.jpg', 1), text('a.cls', '0')],
  });
  const { missing, counts } = await openIlsvrc(dir);
  expect(counts.train).toBe(1);
  expect(missing).toHaveLength(22); // including the validation split
  expect(missing[19]).toBe(`${dir}/20.tar is missing: its images are left out.`);
  expect(missing[20]).toBe(`${dir} is missing 10 more shards.`);
});

test('tars named by WordNet IDs are half-unpacked training data, not shards', async () => {
  const dir = await writeShards({ 'train/n01440764.tar': [await imageFile('n01440764_1.JPEG', 1)] });
  expect(await failure(openIlsvrc(dir))).toBe(
    `${dir}/train has no class folders but n01440764.tar; unpack each tar into a folder of its name, such as ${dir}/train/n01440764.`,
  );
});

test('an incomplete sample is an error that names shard and key', async () => {
  const image = await imageFile('k.jpg', 1);
  const problem = async (...files: TestFile[]): Promise<string> => {
    const dir = await writeShards({ 'train-000000.tar': files });
    return (await failure(openIlsvrc(dir))).replaceAll(dir, '');
  };
  expect(await problem(image)).toBe(
    '/train-000000.tar holds k.jpg without a label in a .cls or .json file; pack the shard again.',
  );
  expect(await problem(text('k.cls', '3'))).toBe(
    '/train-000000.tar/k has a label but no image (jpg, png, webp, gif, tif, avif); pack the shard again.',
  );
  expect(await problem(image, text('k.cls', 'cat\ndog'))).toBe(
    '/train-000000.tar/k.cls must hold a label from 0 to 131071 (or -1), got "cat\\ndog".',
  );
  expect(await problem(image, text('k.json', '{'))).toContain('/train-000000.tar/k.json is not JSON');
  expect(await problem(image, { ...image, name: 'k.png' }, text('k.cls', '3'))).toContain('k has two images');
  expect(await problem(image, text('k.cls', '1'.repeat(65)))).toContain('k.cls has 65 bytes, too many');
});

test('cut anywhere, a shard gives every image or an error that names it', async () => {
  const samples = [0, 1, 2].map(async (i) => [await imageFile(`k${i}.jpg`, i), text(`k${i}.cls`, `${i}`)]);
  const shard = await packTar((await Promise.all(samples)).flat());
  const dir = await temporaryFolder();
  const path = join(dir, 'train-000000.tar');
  await writeFile(path, shard);
  const whole = await contents(await openIlsvrc(dir), 'train');
  for (let length = 0; length < shard.length; length += 128) {
    await writeFile(path, shard.subarray(0, length));
    const found = await openIlsvrc(dir).then(
      (source) => contents(source, 'train'),
      (error: Error) => error.message,
    );
    if (typeof found === 'string') expect(found).toMatch(/train-000000\.tar[^\n]*fetch it again\.$/);
    else expect(found).toEqual(whole);
  }
});

test('with any bytes changed, a shard is read or refused in one line that names it', async () => {
  const shard = await packTar([
    text('a.jpg', 'x'.repeat(600)),
    text('a.cls', '3'),
    text('b.json', '{"label": 1}'),
    text('b.png', 'y'),
  ]);
  const dir = await temporaryFolder();
  const changes = fc.array(fc.tuple(fc.nat(shard.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(changes, async (list) => {
      const changed = Buffer.from(shard);
      for (const [at, value] of list) changed[at] = value;
      for (const [at] of list) sealed(changed.subarray(at - (at % 512), at - (at % 512) + 512));
      await writeFile(join(dir, 'train-000000.tar'), changed);
      try {
        await contents(await openIlsvrc(dir), 'train');
      } catch (error) {
        expect((error as Error).message).toMatch(/^\/[^\n]*train-000000\.tar[^\n]*\.$/);
      }
    }),
    { numRuns: 100 },
  );
});
