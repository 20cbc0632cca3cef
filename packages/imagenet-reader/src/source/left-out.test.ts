import { execFileSync } from 'node:child_process';
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { prepare } from '../prepare/prepare.js';
import {
  contents,
  failure,
  jpeg,
  packTar,
  type TestFile,
  temporaryFolder,
  writeFiles,
} from './generate-ilsvrc.test-data.js';
import type { IlsvrcSource } from './ilsvrc-source.js';
import { LeftOutCounts, leftOutText } from './left-out.js';
import { openIlsvrc } from './open-ilsvrc.js';

let image: Buffer;
let avif: Buffer;
beforeAll(async () => {
  image = await jpeg(1);
  avif = await sharp(image).avif().toBuffer();
});

const file = (name: string, bytes: Buffer | string = image): TestFile => ({
  name,
  bytes: Buffer.from(bytes as string),
});
/** The first bytes of formats that are not read. */
const bitmap = Buffer.from(`424d${'00'.repeat(12)}28000000`, 'hex');
const heic = Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1');

async function openTrain(files: readonly TestFile[]): Promise<IlsvrcSource> {
  const dir = await temporaryFolder();
  await writeFiles(join(dir, 'train/a'), files);
  return openIlsvrc(dir);
}

const namesOf = async (source: IlsvrcSource): Promise<string[]> =>
  (await contents(source, 'train')).map(([name]) => name);

test('eight .jfif are eight squares', async () => {
  const names = Array.from({ length: 8 }, (_, i) => `${i}.jfif`);
  const source = await openTrain(names.map((name) => file(name)));
  expect(source.leftOut).toEqual([]);
  expect((await prepare(source, join(source.path, 'out'), { size: 8 })).images.train).toBe(8);
});

test('a file with an unknown ending or none is an image if its bytes are', async () => {
  const images = ['x', 'x.img', 'x.bmp', 'x.0001', 'x.JPEG~'].map((name) => file(name));
  const source = await openTrain([...images, file('y', avif), file('notes', 'P4ssword'), file('empty', '')]);
  expect(await namesOf(source)).toEqual(['x', 'x.0001', 'x.JPEG~', 'x.bmp', 'x.img', 'y']);
  expect(leftOutText(source.leftOut)).toBe('2 files that are not images (no ending)');
});

test('what is left out is counted by reason and ending', async () => {
  const source = await openTrain([
    file('1.jpg'),
    file('1.BMP', bitmap),
    file('2.bmp', bitmap),
    file('3.heic', heic),
    file('scan', bitmap),
    file('raw.nef', 'II*\0'),
    file('a.txt', 'x'),
    file('b.txt', image), // an ending that is known is believed
    file('c.csv', 'x'),
    file('.hidden.jpg'),
    file('Thumbs.db'),
  ]);
  expect(await namesOf(source)).toEqual(['1.jpg']);
  expect(leftOutText(source.leftOut)).toBe(
    '5 images of formats that are not read (.bmp 2, .heic 1, .nef 1, no ending 1), 3 files that are not images (.txt 2, .csv 1), 2 hidden files or folders',
  );
  expect(source.leftOut[1]).toEqual({
    reason: 'notAnImage',
    count: 3,
    endings: { '.txt': 2, '.csv': 1 },
    first: expect.stringMatching(/train\/a\/[abc]\.\w+$/),
  });
  expect(source.ignoredFiles).toBe(10);
});

test('images in folders inside a class belong to the class, as in torchvision', async () => {
  const source = await openTrain([file('9.jpg')]);
  const folder = join(source.path, 'train/a');
  await writeFiles(join(folder, 'more/yet'), [file('1.jpg', await jpeg(2)), file('notes.txt', '')]);
  await writeFiles(join(folder, '@eaDir'), [file('thumbnail.jpg')]);
  const deep = await openIlsvrc(source.path);
  expect(await contents(deep, 'train')).toEqual([
    ['9.jpg', 0, image],
    ['1.jpg', 0, await jpeg(2)],
  ]);
  expect(leftOutText(deep.leftOut)).toBe('1 file that is not an image (.txt), 1 hidden file or folder');
  const report = await prepare(deep, join(source.path, 'out'), { size: 8 });
  expect(report.images.train).toBe(2);
});

test.skipIf(process.platform === 'win32')(
  'links are followed; one that leads nowhere or back is counted, and as a class refused',
  async () => {
    const source = await openTrain([file('1.jpg')]);
    const folder = join(source.path, 'train/a');
    await writeFiles(join(source.path, 'elsewhere'), [file('2.jpg'), file('3')]);
    await symlink('../../elsewhere', join(folder, 'linked'));
    await symlink('../../elsewhere/3', join(folder, 'three'));
    await symlink('..', join(folder, 'up'));
    await symlink('nowhere', join(folder, 'gone'));
    await writeFiles(join(folder, 'x'), []);
    await writeFiles(join(folder, 'y'), []);
    await symlink('../y', join(folder, 'x/y'));
    await symlink('../x', join(folder, 'y/x'));
    await symlink('../elsewhere', join(source.path, 'train/b'));
    await symlink('nowhere.md', join(source.path, 'train/README.md'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const linked = await openIlsvrc(source.path);
    expect(linked.classes.map(({ wnid }) => wnid)).toEqual(['a', 'b']);
    expect(await namesOf(linked)).toEqual(['1.jpg', '2.jpg', '3', 'three', '2.jpg', '3']);
    await symlink('nowhere', join(source.path, 'train/c'));
    expect(await failure(openIlsvrc(source.path))).toBe(
      `${source.path}/train/c is a link that leads nowhere; restore the folder it leads to, or remove the link.`,
    );
    expect(leftOutText(linked.leftOut)).toBe(
      '2 broken links, 3 links to folders that hold them, 1 link, pipe or device',
    );
  },
);

test('what lies beside the class folders is counted', async () => {
  const source = await openTrain([file('1.jpg')]);
  await writeFiles(join(source.path, 'train'), [
    file('README.md', 'x'),
    file('no-class.jpg'),
    file('no-class'),
    file('._1.jpg', 'x'),
  ]);
  await writeFiles(join(source.path, 'train/b.jpg'), [file('2.jpg')]); // a folder is a class, whatever its name
  const { leftOut, counts } = await openIlsvrc(source.path);
  expect(counts.train).toBe(2);
  expect(leftOutText(leftOut)).toBe(
    '2 images outside the class folders, 1 file that is not an image (.md), 1 hidden file or folder',
  );
});

test('a class or a split whose images are all of a format that is not read says so', async () => {
  const source = await openTrain([file('1.jpg')]);
  await writeFiles(join(source.path, 'train/b'), [file('1.bmp', bitmap), file('2.bmp', bitmap)]);
  expect(await failure(openIlsvrc(source.path))).toBe(
    `${source.path}/train/b holds no image that is read, only 2 images of formats that are not read (.bmp): the class would be left without images; convert them to JPEG or PNG or remove the class.`,
  );
  const flat = await openTrain([file('1.jpg')]);
  await writeFiles(join(flat.path, 'val'), [file('1.bmp', bitmap)]);
  expect(await failure(openIlsvrc(flat.path))).toBe(
    `${flat.path}/val holds no image that is read, only 1 image of a format that is not read (.bmp); convert them to JPEG or PNG.`,
  );
});

test('images in tars are judged by the same rules', async () => {
  const dir = await temporaryFolder();
  const tar = join(dir, 'images.tar');
  const files = ['n01440764_1.jfif', 'n01440764_2', 'n01440764_3.bmp'].map((name) => file(name));
  await writeFile(
    tar,
    await packTar([...files, file('n01440764_4.bmp', bitmap), file('README', 'x'), file('._x.jpg', 'x')]),
  );
  const source = await openIlsvrc(tar);
  expect(await namesOf(source)).toEqual(files.map(({ name }) => name));
  expect(leftOutText(source.leftOut)).toBe(
    '1 image of a format that is not read (.bmp), 1 file that is not an image (no ending), 1 hidden file or folder',
  );
  await source.close();
});

test('images in shards are judged by the same rules', async () => {
  const dir = await temporaryFolder();
  const sample = (key: string, ending: string, bytes?: Buffer): TestFile[] => [
    file(`${key}.${ending}`, bytes),
    file(`${key}.cls`, '0'),
  ];
  const files = [...sample('a', 'jfif'), ...sample('b', 'avif', avif), ...sample('c', 'image')];
  const others = [file('d.seg.png'), file('._a.jpg', 'x'), file('e.txt', 'x'), file('f.bmp', bitmap)];
  const shard = join(dir, 'train-000000.tar');
  await writeFile(shard, await packTar([...files, ...others]));
  const source = await openIlsvrc(dir);
  expect(await namesOf(source)).toEqual(['a.jfif', 'b.avif', 'c.image']);
  expect(leftOutText(source.leftOut)).toBe(
    '1 image of a format that is not read (.bmp), 1 image that belongs to no sample, 1 file that is not an image (.txt), 1 hidden file or folder',
  );
  await source.close();
  await writeFile(shard, await packTar(sample('k', 'bmp', bitmap)));
  expect(await failure(openIlsvrc(dir))).toBe(
    `${shard}/k has a label but no image that is read, only 1 image of a format that is not read (.bmp); pack the shard again.`,
  );
});

test('of many endings the most frequent are named', () => {
  const counts = new LeftOutCounts();
  for (let i = 0; i < 1200; i++) counts.add('notAnImage', `x/${i}.txt`);
  for (const ending of 'abcdefg') counts.add('notAnImage', `x.y/1.${ending}`);
  expect(leftOutText(counts.all)).toBe(
    '1,207 files that are not images (.txt 1,200, .a 1, .b 1, .c 1, .d 1, others 3)',
  );
});
