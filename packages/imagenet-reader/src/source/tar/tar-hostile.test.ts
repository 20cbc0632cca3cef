/** Tars of any shape, cut off or hostile, opened by openIlsvrc: images named `<wnid>_<name>` in one tar. */
import { mkdir, readdir, truncate, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { prepare } from '../../prepare/prepare.js';
import { bufferByteSource } from '../byte-source.js';
import {
  contents,
  failure,
  jpeg,
  packTar,
  sealed,
  type TestFile,
  temporaryFolder,
  testIlsvrc,
  writeTars,
} from '../generate-ilsvrc.test-data.js';
import { openIlsvrc } from '../open-ilsvrc.js';
import { tarEntries } from './tar-entries.js';

const END = Buffer.alloc(1024);

/** Makes an entry: its header, and its data padded to a block. */
function entry(
  name: string | Buffer,
  type: string,
  data: Buffer = Buffer.alloc(0),
  size?: string | Buffer,
): Buffer {
  const header = Buffer.alloc(512);
  Buffer.from(name).copy(header, 0, 0, 100);
  header.write('0000644\0', 100);
  const field = size ?? `${data.length.toString(8).padStart(11, '0')}\0`;
  Buffer.from(field).copy(header, 124);
  header.write(type, 156);
  header.write('ustar\x0000', 257);
  return Buffer.concat([sealed(header), data, Buffer.alloc((512 - (data.length % 512)) % 512)]);
}

const record = (key: string, value: string): Buffer => {
  const rest = ` ${key}=${value}\n`;
  const one = Buffer.byteLength(rest) + 1;
  const length = one < 10 ? one : one + 1; // it has two digits in these tests
  return Buffer.from(`${length}${rest}`);
};

async function writeTar(tar: Buffer): Promise<string> {
  const path = join(await temporaryFolder(), 'images.tar');
  await writeFile(path, tar);
  return path;
}

/** Returns why a tar is refused, without its path. */
async function problem(...parts: Buffer[]): Promise<string> {
  const path = await writeTar(Buffer.concat([...parts, END]));
  const message = await failure(openIlsvrc(path));
  expect(message).toContain(path);
  return message.replaceAll(path, 'x.tar');
}

const image = entry('n01440764_1.JPEG', '0', Buffer.alloc(700, 1));

/** Names up to some hundred bytes, in folders, with letters of one to four bytes. */
const names = fc
  .array(fc.stringMatching(/^[a-zA-Z0-9 ._äöü図🐟-]{1,60}$/u), { minLength: 1, maxLength: 6 })
  .map((parts) => parts.join('/'));
const files = fc
  .uniqueArray(fc.tuple(names, fc.nat(2000), fc.nat(255)), { maxLength: 12, selector: ([name]) => name })
  .map((list): TestFile[] =>
    list.map(([name, length, fill]) => ({ name: `d/${name}x`, bytes: Buffer.alloc(length, fill) })),
  );

test('files packed by tar-stream are listed unchanged: names, sizes and bytes', async () => {
  await fc.assert(
    fc.asyncProperty(files, fc.constantFrom(1, 10240), async (list, padTo) => {
      const tar = await packTar(list, padTo);
      const found: TestFile[] = [];
      for await (const { name, offset, size } of tarEntries(bufferByteSource(tar, 'x.tar'))) {
        found.push({ name, bytes: tar.subarray(offset, offset + size) });
      }
      expect(found).toEqual(list);
    }),
    { numRuns: 40 },
  );
});

test('cut at any kind of boundary, a tar gives everything or an error that names it', async () => {
  const list = [0, 1, 2].map((n) => ({ name: `n01440764_${n}.JPEG`, bytes: Buffer.alloc(600 + n * 300, n) }));
  list.push({ name: `${'d'.repeat(120)}/n01443537_9.JPEG`, bytes: Buffer.alloc(512, 9) });
  const tar = await packTar(list, 4096);
  const path = await writeTar(tar);
  const source = await openIlsvrc(path);
  const whole = await contents(source, 'train');
  await source.close();
  const cuts = new Set<number>();
  for await (const { offset, size } of tarEntries(bufferByteSource(tar, 'x.tar'))) {
    const padded = offset + Math.ceil(size / 512) * 512;
    for (const edge of [offset - 512, offset - 400, offset, offset + size, padded]) {
      for (const cut of [edge - 1, edge, edge + 1]) cuts.add(cut);
    }
  }
  for (const edge of [tar.length - 1024, tar.length - 512, tar.length]) cuts.add(edge - 1).add(edge);
  for (const cut of cuts) {
    await writeFile(path, tar.subarray(0, Math.max(0, cut)));
    const found = await openIlsvrc(path).then(
      async (opened) => {
        const images = await contents(opened, 'train');
        await opened.close();
        return images;
      },
      (error: Error) => error.message,
    );
    if (typeof found !== 'string') expect(found, String(cut)).toEqual(whole);
    else
      expect(found, String(cut)).toMatch(/images\.tar [^\n]*the download is incomplete; fetch it again\.$/);
  }
});

test('absolute paths and .. in names have no effect: nothing is read or written outside', async () => {
  const bytes = await jpeg(1);
  const outside = ['/etc/n01440764_1.JPEG', '../../n01440764_2.JPEG', 'a/../../n01440764_3.JPEG'];
  const path = await writeTar(
    Buffer.concat([...outside.map((name) => entry(name, '0', bytes)), entry('..', '0', bytes), END]),
  );
  const source = await openIlsvrc(path);
  const images = await contents(source, 'train');
  expect(images).toEqual([1, 2, 3].map((n) => [`n01440764_${n}.JPEG`, 0, bytes]));
  expect(source.ignoredFiles).toBe(1);
  for await (const { bytes: range, location } of source.images('train')) {
    expect(range.file).toBe(path);
    expect(location).toMatch(/images\.tar\/n01440764_\d\.JPEG$/);
  }
  await prepare(source, join(path, '../out'), { size: 8 });
  await source.close();
  expect((await readdir(join(path, '..'))).sort()).toEqual(['images.tar', 'out']);
  expect((await readdir(join(path, '../out'))).every((name) => basename(name) === name)).toBe(true);
});

test('a link or device in place of an image is an error; others are skipped', async () => {
  for (const type of ['1', '2', '3', '4', '6']) {
    expect(await problem(image, entry('n01440764_2.JPEG', type))).toBe(
      'x.tar holds n01440764_2.JPEG as a link or a device, not as a file; pack it again with the files themselves.',
    );
  }
  const path = await writeTar(Buffer.concat([image, entry('latest', '2'), entry('folder/', '5'), END]));
  const source = await openIlsvrc(path);
  expect([source.counts.train, source.ignoredFiles]).toEqual([1, 1]);
  await source.close();
});

test('sizes that are negative, overflow or exceed the tar are refused', async () => {
  const base256 = (first: number, fill: number): Buffer => Buffer.alloc(12, fill).fill(first, 0, 1);
  const name = 'n01440764_2.JPEG';
  const damaged = 'x.tar is damaged: no valid header at byte 1536; fetch it again.';
  expect(await problem(image, entry(name, '0', undefined, base256(0x80, 0xff)))).toBe(damaged);
  expect(await problem(image, entry(name, '0', undefined, base256(0xff, 0xff)))).toBe(damaged);
  expect(await problem(image, entry(name, '0', undefined, '-0000000001\0'))).toBe(damaged);
  expect(await problem(image, entry(name, '0', undefined, '00077777777\0'))).toBe(
    'x.tar ends inside n01440764_2.JPEG at byte 3072: the download is incomplete; fetch it again.',
  );
  for (const size of ['-1', '1e9', '99999999999999999999', '0x10', '']) {
    const pax = entry('pax', 'x', record('size', size));
    expect(await problem(image, pax, entry(name, '0', Buffer.alloc(10)))).toBe(
      damaged.replace('1536', '2560'),
    );
  }
});

test('an image of gigabytes is refused before anything is read or allocated', async () => {
  const path = await writeTar(entry('n01440764_2.JPEG', '0', undefined, '07777777777\0'));
  await truncate(path, 2 ** 31); // the tar is as long as it says; on most disks this is a hole
  expect(await failure(openIlsvrc(path))).toBe(
    `${path} holds n01440764_2.JPEG with 1073741823 bytes, too many for an image; fetch it again.`,
  );
  const dir = await temporaryFolder();
  await mkdir(join(dir, 'train/a'), { recursive: true });
  await writeFile(join(dir, 'train/a/b.jpg'), '');
  await truncate(join(dir, 'train/a/b.jpg'), 2 ** 31);
  expect(await failure(contents(await openIlsvrc(dir), 'train'))).toBe(
    `${dir}/train/a/b.jpg has 2147483648 bytes, which is too large; fetch it again.`,
  );
});

test('sparse files, whose bytes are not stored as they are, are refused', async () => {
  const refusal =
    'x.tar holds n01440764_2.JPEG as a sparse file, which is not supported; pack it again without --sparse.';
  expect(await problem(image, entry('n01440764_2.JPEG', 'S', Buffer.alloc(10)))).toBe(refusal);
  const pax = entry('pax', 'x', record('GNU.sparse.major', '1'));
  expect(await problem(image, pax, entry('n01440764_2.JPEG', '0', Buffer.alloc(10)))).toBe(refusal);
});

test('endless chains of names and records, and records with false lengths, are refused at once', async () => {
  for (const [type, data] of [
    ['L', Buffer.from('n01440764_1.JPEG')],
    ['x', record('path', 'n01440764_1.JPEG')],
    ['g', record('comment', 'x')],
  ] as const) {
    const chain = Array.from({ length: 2000 }, () => entry('more', type, data));
    expect(await problem(...chain)).toBe('x.tar is damaged: no valid header at byte 8192; fetch it again.');
  }
  for (const text of ['99 path=a\n', '5 a\n', 'path=a\n', '99999999999 path=a\n', '6 path']) {
    expect(await problem(entry('pax', 'x', Buffer.from(text)), image)).toContain('x.tar is');
  }
  const long = Buffer.alloc(5000, 'n');
  expect(await problem(entry('long', 'L', long), image)).toContain('x.tar is damaged');
});

test('control characters in names are replaced, so that messages have one line', async () => {
  const names = ['n01440764_\n1.JPEG', 'n01440764_\x1b[31m2.JPEG', 'n01440764_\u2028\u202e3.JPEG'];
  const path = await writeTar(
    Buffer.concat([...names.map((name) => entry(name, '0', Buffer.alloc(5))), END]),
  );
  const source = await openIlsvrc(path);
  const found = (await contents(source, 'train')).map(([name]) => name);
  await source.close();
  expect(found.sort()).toEqual(['n01440764_?1.JPEG', 'n01440764_??3.JPEG', 'n01440764_?[31m2.JPEG']);
  const dir = await temporaryFolder();
  await mkdir(join(dir, 'train/a\nb'), { recursive: true });
  await writeFile(join(dir, 'train/a\nb/c\td.jpg'), 'no image');
  const folders = await openIlsvrc(dir);
  expect(await contents(folders, 'train')).toEqual([['c?d.jpg', 0, Buffer.from('no image')]]);
  expect(await failure(prepare(folders, join(dir, 'out')))).toContain(
    `${dir}/train/a?b/c?d.jpg cannot be decoded`,
  );
});

test('nested tars are listed no deeper than ILSVRC’s own', async () => {
  let nested = await packTar([{ name: 'n01440764_0.JPEG', bytes: Buffer.alloc(10) }]);
  for (let depth = 0; depth < 20; depth++) nested = await packTar([{ name: 'n01440764.tar', bytes: nested }]);
  const dir = await temporaryFolder();
  await writeTars(dir, await testIlsvrc(1, 1));
  await writeFile(join(dir, 'ILSVRC2012_img_train.tar'), nested);
  expect(await failure(openIlsvrc(dir))).toContain('img_train.tar holds no n01491361.tar');
});

test('with any bytes changed, a tar of images is read or refused in one line that names it', async () => {
  const list = [0, 1].map((n) => ({ name: `n01440764_${n}.JPEG`, bytes: Buffer.alloc(600, n) }));
  const tar = await packTar([
    ...list,
    { name: `${'d'.repeat(120)}/n01443537_9.JPEG`, bytes: Buffer.alloc(3) },
  ]);
  const path = await writeTar(tar);
  const changes = fc.array(fc.tuple(fc.nat(tar.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(changes, fc.boolean(), async (list, isSealed) => {
      const changed = Buffer.from(tar);
      for (const [at, value] of list) changed[at] = value;
      if (isSealed) for (const [at] of list) sealed(changed.subarray(at - (at % 512), at - (at % 512) + 512));
      await writeFile(path, changed);
      try {
        const source = await openIlsvrc(path);
        await contents(source, 'train');
        await source.close();
      } catch (error) {
        expect((error as Error).message).toMatch(/^\/[^\n]*images\.tar[^\n]*\.$/);
      }
    }),
    { numRuns: 150 },
  );
});
