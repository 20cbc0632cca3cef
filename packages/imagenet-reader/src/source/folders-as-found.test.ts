import { execFileSync } from 'node:child_process';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { prepare } from '../prepare/prepare.js';
import {
  contents,
  expectedTrain,
  failure,
  type TestIlsvrc,
  temporaryFolder,
  testIlsvrc,
  WNIDS,
  writeClasses,
  writeFiles,
  writeFolders,
} from './generate-ilsvrc.test-data.js';
import { openIlsvrc } from './open-ilsvrc.js';

let data: TestIlsvrc;
beforeAll(async () => {
  data = await testIlsvrc(1, 4);
});
const sorted = [...WNIDS].sort();

/** An archive that `tar` has packed, in a folder with a quote in its name. */
async function packed(name: string): Promise<string> {
  const dir = join(await temporaryFolder(), "it's here");
  await writeClasses(join(dir, 'imagenette2-160'), data);
  await writeFile(join(dir, 'imagenette2-160/noisy_imagenette.csv'), 'path,noisy_labels_0\n');
  execFileSync('tar', ['-czf', name, 'imagenette2-160'], { cwd: dir });
  await rm(join(dir, 'imagenette2-160'), { recursive: true });
  return dir;
}

test('reads Imagenette as it is unpacked, from its folder or the folder that holds it', async () => {
  const dir = await temporaryFolder();
  const inner = join(dir, 'imagenette2-160');
  await writeClasses(inner, data);
  await writeFile(join(inner, 'noisy_imagenette.csv'), 'path,noisy_labels_0\n');
  await writeFile(join(dir, 'imagenette2-160.tgz'), '');
  for (const path of [inner, dir]) {
    const source = await openIlsvrc(path);
    expect(source).toMatchObject({
      layout: 'classes',
      path: inner,
      counts: { train: 4, val: 4 },
      missing: [`Not used in ${inner}: noisy_imagenette.csv.`],
    });
    expect(await contents(source, 'train')).toEqual(expectedTrain(data, sorted));
    await source.close();
  }
  await writeFile(join(inner, 'words.txt'), 'n01440764\ttench\n');
  expect((await openIlsvrc(dir)).classes[0]).toEqual({ wnid: 'n01440764', words: 'tench' });
});

test('reads an unpacked ILSVRC from the folder that holds its folder', async () => {
  const dir = await temporaryFolder();
  await writeFolders(join(dir, 'ilsvrc'), data);
  expect(await openIlsvrc(dir)).toMatchObject({
    layout: 'folders',
    path: `${dir}/ilsvrc`,
    counts: { val: 4 },
  });
});

test('a folder with several data sets, or with prepared data, says which folder to give', async () => {
  const dir = await temporaryFolder();
  await writeClasses(join(dir, 'a'), data);
  await prepare(await openIlsvrc(dir), join(dir, 'b'), { size: 8 });
  expect(await failure(openIlsvrc(dir))).toBe(
    `${dir} holds several data sets; give one of them: ${dir}/a, ${dir}/b.`,
  );
  await rm(join(dir, 'a'), { recursive: true });
  expect(await failure(openIlsvrc(dir))).toBe(
    `${dir} holds ${dir}/b, which prepare wrote; give that folder.`,
  );
});

test('what it says to type for a packed archive unpacks it', async () => {
  const dir = await packed('imagenette2-160.tgz');
  const file = join(dir, 'imagenette2-160.tgz');
  const line = await failure(openIlsvrc(file));
  const [, command = ''] = /^.* is not unpacked; type (.*), then give .*\.$/.exec(line) ?? [];
  expect(command).toMatch(/^tar -xzf /);
  expect(await failure(openIlsvrc(dir))).toBe(line);
  execFileSync('sh', ['-c', command]);
  expect((await openIlsvrc(dir)).counts).toEqual({ train: 4, val: 4, test: 0 });
});

test.each([
  ['a.tar.gz', "tar -xzf 'DIR/a.tar.gz' -C 'DIR'"],
  ['a.TGZ', "tar -xzf 'DIR/a.TGZ' -C 'DIR'"],
  ['a.tar.bz2', "tar -xjf 'DIR/a.tar.bz2' -C 'DIR'"],
  ['a.tar.xz', "tar -xJf 'DIR/a.tar.xz' -C 'DIR'"],
  ['a.tar.zst', "tar --zstd -xf 'DIR/a.tar.zst' -C 'DIR'"],
  ['tiny-imagenet-200.zip', "unzip -q 'DIR/tiny-imagenet-200.zip' -d 'DIR'"],
  ['a.7z', "7z x 'DIR/a.7z' -o'DIR'"],
  ['a.rar', "unrar x 'DIR/a.rar' 'DIR'/"],
])('says what to type for %s', async (name, command) => {
  const dir = await temporaryFolder();
  const file = join(dir, name);
  await writeFile(file, '');
  await writeFile(join(dir, 'README.txt'), '');
  const line = `${file} is not unpacked; type ${command.replaceAll('DIR', dir)}, then give ${dir}.`;
  expect(await failure(openIlsvrc(file))).toBe(line);
  expect(await failure(openIlsvrc(dir))).toBe(line);
});

test('class folders without train/, or the folder of a split, are refused with the way', async () => {
  const dir = await temporaryFolder();
  await writeClasses(dir, data);
  await mkdir(join(dir, 'train/n01491361/more'));
  expect(await failure(openIlsvrc(join(dir, 'train')))).toBe(
    `${dir}/train holds the folders ${sorted.join(', ')} but no folder train/ of classes; give ${dir}, which holds train/.`,
  );
  await rename(join(dir, 'train'), join(dir, 'flowers'));
  await writeFiles(join(dir, 'flowers/zinnia/images'), data.val);
  await writeFiles(join(dir, 'flowers'), data.val.slice(0, 1));
  await rename(join(dir, 'flowers/n01491361'), join(dir, 'flowers/aster'));
  await mkdir(join(dir, 'flowers/tulip'));
  expect(await failure(openIlsvrc(join(dir, 'flowers')))).toBe(
    `${dir}/flowers holds the folders aster, n01440764, n01443537, n01484850, tulip and 1 more but no folder train/ of classes; move them to ${dir}/flowers/train.`,
  );
});

test('anything else is refused in one line that names what was seen', async () => {
  const dir = await temporaryFolder();
  await mkdir(join(dir, 'notes'));
  for (const name of ['b.txt', 'a\n.csv', 'c.pdf', 'd.mp4', 'e.json', '.hidden'])
    await writeFile(join(dir, name), '');
  expect(await failure(openIlsvrc(dir))).toBe(
    `${dir} holds neither ILSVRC2012_img_train.tar nor a folder train/ of classes, only a?.csv, b.txt, c.pdf, d.mp4, e.json and 1 more; docs/layouts.md lists the layouts that are read.`,
  );
});
