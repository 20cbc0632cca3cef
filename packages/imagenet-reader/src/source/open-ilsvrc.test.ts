import { execFileSync } from 'node:child_process';
import { mkdir, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import {
  asTars,
  contents,
  expectedTrain,
  failure,
  packTar,
  type TestIlsvrc,
  temporaryFolder,
  testIlsvrc,
  WNIDS,
  writeClasses,
  writeFiles,
  writeFolders,
  writeTars,
} from './generate-ilsvrc.test-data.js';
import type { IlsvrcSource } from './ilsvrc-source.js';
import { openIlsvrc } from './open-ilsvrc.js';

let data: TestIlsvrc;
beforeAll(async () => {
  data = await testIlsvrc();
});

const expectedVal = (): [string, number, Buffer][] =>
  data.val.map(({ name, bytes }, i) => [name, (data.valIds[i] ?? 0) - 1, bytes]);

test('reads ILSVRC as downloaded: tars within a tar, labels by ILSVRC2012_ID', async () => {
  const dir = await temporaryFolder();
  await writeTars(dir, data);
  const source = await openIlsvrc(dir);
  expect(source.layout).toBe('tars');
  expect(source.classes.map(({ wnid }) => wnid)).toEqual(WNIDS);
  expect(source.classes[3]?.words).toBe('goldfish, Carassius auratus');
  expect(source.counts).toEqual({ train: 12, val: 6, test: 0 });
  expect(await contents(source, 'train')).toEqual(expectedTrain(data, WNIDS));
  expect(await contents(source, 'val')).toEqual(expectedVal());
  await source.close();
});

test.each([
  { train: 'train', val: 'val' },
  { train: 'ILSVRC2012_img_train', val: 'ILSVRC2012_img_val' },
])('reads unpacked folders named $train and $val like the tars', async (names) => {
  const dir = await temporaryFolder();
  await writeFolders(dir, data, names);
  await writeFile(join(dir, names.train, WNIDS[0], '.DS_Store'), '');
  const source = await openIlsvrc(dir);
  expect([source.layout, source.ignoredFiles]).toEqual(['folders', 1]);
  expect(await contents(source, 'train')).toEqual(expectedTrain(data, WNIDS));
  expect(await contents(source, 'val')).toEqual(expectedVal());
});

test('reads class folders, with labels in the order of names', async () => {
  const dir = await temporaryFolder();
  await writeClasses(dir, data);
  await writeFile(join(dir, 'words.txt'), 'n01440764\ttench, Tinca tinca\r\n');
  const source = await openIlsvrc(dir);
  const sorted = [...WNIDS].sort();
  expect(source.layout).toBe('classes');
  expect(source.classes.map(({ wnid }) => wnid)).toEqual(sorted);
  expect(source.classes.slice(0, 2).map(({ words }) => words)).toEqual(['tench, Tinca tinca', 'n01443537']);
  expect(await contents(source, 'train')).toEqual(expectedTrain(data, sorted));
  expect(source.counts.val).toBe(6);
});

test('reads Kaggle’s layout, with labels from its tables', async () => {
  const dir = await temporaryFolder();
  const sorted = [...WNIDS].sort();
  await mkdir(join(dir, 'ILSVRC/Data/CLS-LOC'), { recursive: true });
  await writeFolders(join(dir, 'ILSVRC/Data/CLS-LOC'), data);
  const left = `${dir}/ILSVRC/Data/CLS-LOC/val is left out because its labels are missing; fetch LOC_val_solution.csv of Kaggle's data to ${dir}, or sort its images into class folders with valprep.sh.`;
  expect((await openIlsvrc(dir)).missing).toEqual([
    `${dir}/LOC_synset_mapping.txt is missing: classes have no words, and labels follow the order of class names.`,
    left,
    `Not used in ${dir}/ILSVRC/Data/CLS-LOC: ILSVRC2012_devkit_t12/.`,
  ]);
  await rm(join(dir, 'ILSVRC/Data/CLS-LOC/ILSVRC2012_devkit_t12'), { recursive: true });
  await writeFile(
    join(dir, 'LOC_synset_mapping.txt'),
    sorted.map((wnid) => `${wnid} some words, ${wnid}\n`).join(''),
  );
  const rows = data.val.map(
    ({ name }, i) => `${name.replace('.JPEG', '')},${WNIDS[(data.valIds[i] ?? 0) - 1]} 1 2 3 4 \n`,
  );
  const solution = join(dir, 'LOC_val_solution.csv');
  expect((await openIlsvrc(dir)).missing).toEqual([left]);
  await writeFile(solution, `ImageId,PredictionString\n${rows.reverse().join('')}`);
  const source = await openIlsvrc(dir);
  expect([source.layout, source.classes[1]]).toEqual([
    'kaggle',
    { wnid: 'n01443537', words: 'some words, n01443537' },
  ]);
  expect(await contents(source, 'train')).toEqual(expectedTrain(data, sorted));
  const labels = (await contents(source, 'val')).map(([, label]) => sorted[label]);
  expect(labels).toEqual(data.valIds.map((id) => WNIDS[id - 1]));
  await writeFile(solution, 'ImageId,PredictionString\na,n00000000 1 2 3 4\n');
  expect(await failure(openIlsvrc(dir))).toContain(`${solution}: line 2 must be`);
});

test('accepts another name for the validation folder', async () => {
  const dir = await temporaryFolder();
  await writeClasses(dir, data);
  await rename(join(dir, 'val'), join(dir, 'test'));
  expect((await openIlsvrc(dir, { valFolder: 'test' })).counts).toEqual({ train: 12, val: 6, test: 0 });
});

test('says what to give if nothing can be opened', async () => {
  const dir = await temporaryFolder();
  expect(await failure(openIlsvrc(join(dir, 'nowhere')))).toBe(
    `${dir}/nowhere does not exist; give the folder that holds ILSVRC2012_img_train.tar or train/.`,
  );
  expect(await failure(openIlsvrc(dir))).toContain(`${dir} holds neither ILSVRC2012_img_train.tar nor`);
  await writeTars(dir, data);
  expect(await failure(openIlsvrc(join(dir, 'ILSVRC2012_img_val.tar')))).toContain(
    'is a file; give the folder',
  );
  await writeFile(join(dir, 'devkit-1.0.tar.gz'), '');
  expect(await failure(openIlsvrc(dir))).toBe(
    `${dir} holds ILSVRC2012_img_train.tar and devkit-1.0.tar.gz, from different years; keep each year in its own folder.`,
  );
});

test('opens what is there and says what is missing, what it is for, and where to put it', async () => {
  const dir = await temporaryFolder();
  await writeTars(dir, data);
  const open = async (): Promise<Pick<IlsvrcSource, 'counts' | 'missing'>> => {
    const source = await openIlsvrc(dir);
    await source.close();
    return source;
  };
  const short = `${dir} has 12 of the 5200 training images that the devkit lists.`;
  expect((await open()).missing).toEqual([short]);
  await writeFile(join(dir, 'ILSVRC2012_img_test.tar'), '');
  expect((await open()).missing).toEqual([
    short,
    `${dir}/ILSVRC2012_img_test.tar is left out because the labels of its images were never published.`,
  ]);
  await rm(join(dir, 'ILSVRC2012_img_test.tar'));
  await rm(join(dir, 'ILSVRC2012_img_train.tar'));
  expect(await open()).toMatchObject({
    counts: { train: 0, val: 6, test: 0 },
    missing: [`${dir}/ILSVRC2012_img_train.tar is missing: there are no training images.`],
  });
  await writeTars(dir, data);
  await rm(join(dir, 'ILSVRC2012_img_val.tar'));
  expect(await open()).toMatchObject({
    counts: { train: 12, val: 0, test: 0 },
    missing: [short, `${dir}/ILSVRC2012_img_val.tar is missing: there are no validation images.`],
  });
  await writeTars(dir, data);
  await rm(join(dir, 'ILSVRC2012_devkit_t12.tar.gz'));
  const sorted = [...WNIDS].sort();
  const source = await openIlsvrc(dir);
  expect(source.missing).toEqual([
    `${dir}/ILSVRC2012_devkit_t12.tar.gz is missing: validation and test images have no labels, classes have no words, and training labels follow the order of class names.`,
    `${dir}/ILSVRC2012_img_val.tar is left out because its labels are missing; fetch ILSVRC2012_devkit_t12.tar.gz to ${dir}.`,
  ]);
  expect(await contents(source, 'train')).toEqual(expectedTrain(data, sorted));
  await source.close();
  await rm(join(dir, 'ILSVRC2012_img_train.tar'));
  expect(await failure(openIlsvrc(dir))).toContain(`${dir} holds no images with labels: ${dir}/ILSVRC2012`);
});

test('reads class folders without val, with a labelled test split in its place, or with images that have no class', async () => {
  const dir = await temporaryFolder();
  await writeClasses(dir, data);
  await rename(join(dir, 'val'), join(dir, 'test'));
  const source = await openIlsvrc(dir);
  expect(source.counts).toEqual({ train: 12, val: 6, test: 0 });
  expect(source.missing).toEqual([
    `${dir}/val is missing: the validation images are taken from ${dir}/test.`,
  ]);
  await writeClasses(dir, data);
  expect((await openIlsvrc(dir)).counts).toEqual({ train: 12, val: 6, test: 6 });
  await rm(join(dir, 'val'), { recursive: true });
  await writeFiles(join(dir, 'val'), data.val);
  await rm(join(dir, 'test'), { recursive: true });
  await writeFiles(join(dir, 'test/images'), data.val); // as in Tiny ImageNet
  const left = 'is left out: its images are not in class folders, so they have no labels.';
  expect((await openIlsvrc(dir)).missing).toEqual([`${dir}/val ${left}`, `${dir}/test ${left}`]);
});

test('names the image where the training tar breaks off', async () => {
  const dir = await temporaryFolder();
  await writeTars(dir, data);
  const train = join(dir, 'ILSVRC2012_img_train.tar');
  await truncate(train, 1300);
  expect(await failure(openIlsvrc(dir))).toBe(
    `${train}/n01440764.tar ends inside n01440764_0.JPEG at byte 1300: the download is incomplete; fetch it again.`,
  );
  await writeFile(train, '<html>403</html>'.repeat(100));
  expect(await failure(openIlsvrc(dir))).toContain(`${train} is not a tar archive`);
});

test('says which class has no images, or is not in the devkit', async () => {
  const dir = await temporaryFolder();
  await writeTars(dir, { ...data, train: data.train.map(([w, f], i) => [w, i === 2 ? [] : f]) });
  expect(await failure(openIlsvrc(dir))).toContain(
    'img_train.tar holds no image in n01484850.tar: the class',
  );
  await writeTars(dir, { ...data, train: data.train.slice(1) });
  expect(await failure(openIlsvrc(dir))).toContain('img_train.tar holds no n01440764.tar: the class');
  await writeTars(dir, { ...data, train: [...data.train, ['n09999999', []]] });
  expect(await failure(openIlsvrc(dir))).toContain(
    'holds n09999999.tar, a class that the devkit does not list',
  );
  const folders = await temporaryFolder();
  await writeClasses(folders, data);
  await mkdir(join(folders, 'train/n05'));
  expect(await failure(openIlsvrc(folders))).toContain(`${folders}/train/n05 holds no images`);
  await mkdir(join(folders, 'val/unheard'));
  await writeFile(join(folders, 'train/n05/a.jpg'), '');
  expect(await failure(openIlsvrc(folders))).toContain(
    `${folders}/val/unheard is not a class of this data set`,
  );
});

test('an empty validation folder or tar is an error that names it', async () => {
  const dir = await temporaryFolder();
  await writeFolders(dir, { ...data, val: [] });
  expect(await failure(openIlsvrc(dir))).toBe(`${dir}/val holds no images; fetch or unpack them again.`);
  await mkdir(join(dir, 'val/n01440764'));
  expect(await failure(openIlsvrc(dir))).toContain(`${dir}/val holds no images`);
  const tars = await temporaryFolder();
  await writeTars(tars, { ...data, val: [] });
  expect(await failure(openIlsvrc(tars))).toContain(`${tars}/ILSVRC2012_img_val.tar holds no images`);
});

test('a number of labels that differs from the number of images is an error, and so is a gap in their numbers', async () => {
  const dir = await temporaryFolder();
  await writeTars(dir, { ...data, valIds: data.valIds.slice(1) });
  expect(await failure(openIlsvrc(dir))).toMatch(
    /holds 6 images but .*ground_truth\.txt has 5 labels; fetch/,
  );
  await writeTars(dir, { ...data, valIds: [...data.valIds.slice(1), 5] });
  expect(await failure(openIlsvrc(dir))).toContain("line 6 must be an ID from 1 to 4, got '5'.");
  const shifted = data.val.map(({ bytes }, i) => ({
    name: `ILSVRC2012_val_0000000${i < 3 ? i + 1 : i + 2}.JPEG`,
    bytes,
  }));
  await writeTars(dir, { ...data, val: shifted });
  expect(await failure(openIlsvrc(dir))).toContain(
    'img_val.tar is missing image number 4 of 6; fetch it again.',
  );
});

test('a devkit that is cut off, not an archive, or without its files is an error that names it', async () => {
  const dir = await temporaryFolder();
  await writeTars(dir, data);
  const kit = join(dir, 'ILSVRC2012_devkit_t12.tar.gz');
  const { devkit } = await asTars(data);
  await writeFile(kit, devkit.subarray(0, devkit.length - 100));
  expect(await failure(openIlsvrc(dir))).toBe(
    `${kit} ends inside its compressed data: the download is incomplete; fetch it again.`,
  );
  await writeFile(kit, 'nothing');
  expect(await failure(openIlsvrc(dir))).toBe(`${kit} is not a gzip file; fetch it again.`);
  const { gzipSync } = await import('node:zlib');
  await writeFile(kit, gzipSync(await packTar([{ name: 'readme.txt', bytes: Buffer.from('x') }])));
  expect(await failure(openIlsvrc(dir))).toBe(
    `${kit} holds no data/meta.mat; fetch ILSVRC2012_devkit_t12.tar.gz again.`,
  );
});

test('cut anywhere, every file gives all of the data or an error of one line that names it', async () => {
  const dir = await temporaryFolder();
  const tars = await asTars(data);
  const names = {
    train: 'ILSVRC2012_img_train.tar',
    val: 'ILSVRC2012_img_val.tar',
    devkit: 'ILSVRC2012_devkit_t12.tar.gz',
  };
  await writeTars(dir, data);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('train', 'val', 'devkit'),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (which, part) => {
        const bytes = tars[which];
        await writeFile(join(dir, names[which]), bytes.subarray(0, Math.floor(part * bytes.length)));
        try {
          const source = await openIlsvrc(dir);
          expect(await contents(source, 'train')).toEqual(expectedTrain(data, WNIDS));
          expect(await contents(source, 'val')).toEqual(expectedVal());
          await source.close();
        } catch (error) {
          expect((error as Error).message).toMatch(/^[^\n]*fetch it again[^\n]*$/);
          expect((error as Error).message).toContain(names[which]);
        } finally {
          await writeFile(join(dir, names[which]), bytes);
        }
      },
    ),
    { numRuns: 120 },
  );
});

test.skipIf(process.platform === 'win32')('a pipe in place of a file does not block', async () => {
  const dir = await temporaryFolder();
  await writeClasses(dir, data);
  execFileSync('mkfifo', [join(dir, 'train', WNIDS[0], 'pipe.jpg'), join(dir, 'words.txt')]);
  expect(await failure(openIlsvrc(dir))).toBe(
    `${dir}/words.txt is a pipe or a device, not a file or a folder; put the data itself there.`,
  );
  await rm(join(dir, 'words.txt'));
  const source = await openIlsvrc(dir);
  expect([source.counts.train, source.ignoredFiles]).toEqual([12, 1]);
});

test('stops at its signal', async () => {
  const dir = await temporaryFolder();
  await writeTars(dir, data);
  await expect(openIlsvrc(dir, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
});
