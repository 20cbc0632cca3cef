import { existsSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PartialFile, replaceFile, replaceFolder, wholeFolder, writeWhole } from './index.js';

vi.mock('node:fs/promises', { spy: true });

const actual = await vi.importActual<typeof fs>('node:fs/promises');

let folder: string;
let target: string;
beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'alexnet-durable-'));
  target = join(folder, 'target');
});
afterEach(async () => {
  vi.resetAllMocks(); // a spied module keeps its implementations through restoreAllMocks
  vi.restoreAllMocks();
  await fs.rm(folder, { recursive: true, force: true });
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const content = (...names: string[]): Promise<string> => fs.readFile(join(folder, ...names), 'utf8');
const full = (): Error =>
  Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' });

/**
 * Writes a folder of two files, one of them in a folder of its own, as a caller of {@link writeWhole} does.
 */
async function writeTree(partial: string): Promise<void> {
  await fs.mkdir(join(partial, 'inner'), { recursive: true });
  await fs.writeFile(join(partial, 'a'), 'new a');
  await fs.writeFile(join(partial, 'inner', 'b'), 'new b');
}

/** The names of what is flushed while `work` runs, in order, relative to the test's folder. */
async function flushedBy(work: () => Promise<unknown>): Promise<string[]> {
  const flushed: string[] = [];
  const { open } = actual;
  vi.mocked(fs.open).mockImplementation(async (path, ...rest) => {
    const handle = await open(path, ...rest);
    const sync = handle.sync.bind(handle);
    handle.sync = () => {
      flushed.push(
        String(path)
          .slice(folder.length)
          .replace(new RegExp(`\\.${process.pid}-[0-9a-f]{8}`), ''),
      );
      return sync();
    };
    return handle;
  });
  vi.mocked(fs.rename).mockClear();
  await work();
  return flushed;
}

test.each([
  ['text', 'new'],
  ['bytes', bytes('new')],
  ['pieces', [bytes('n'), bytes(''), bytes('ew')]],
] as const)('replaceFile replaces a file by %s', async (_, given) => {
  await fs.writeFile(target, 'the old one, longer');
  await replaceFile(target, given);
  expect(await content('target')).toBe('new');
  expect(await fs.readdir(folder)).toEqual(['target']);
});

test('a file that cannot be written leaves the old one, nothing else, and an error of one line', async () => {
  await fs.writeFile(target, 'old');
  vi.mocked(fs.rename).mockRejectedValueOnce(full());
  const failed = replaceFile(target, 'new');
  await expect(failed).rejects.toThrow(
    `${target}: could not be written (ENOSPC: no space left on device, write).`,
  );
  await expect(failed).rejects.toMatchObject({ code: 'ENOSPC', cause: { code: 'ENOSPC' } });
  expect(await content('target')).toBe('old');
  expect(await fs.readdir(folder)).toEqual(['target']);
});

test('a file in a folder that does not exist is refused by its name', async () => {
  const lost = join(folder, 'none', 'file');
  await expect(replaceFile(lost, 'new')).rejects.toThrow(`${lost}: could not be written (ENOENT: `);
  await expect(PartialFile.create(lost)).rejects.toThrow(`${lost}: could not be written (ENOENT: `);
  await expect(writeWhole(lost, (partial) => fs.writeFile(partial, 'new'))).rejects.toThrow(
    `${lost}: could not be written (ENOENT: `,
  );
});

test('a file where a folder is needed is the error, not what cleaning up says', async () => {
  await fs.writeFile(target, 'a file');
  const inside = join(target, 'x');
  await expect(replaceFile(inside, 'new')).rejects.toThrow(`${inside}: could not be written (ENOTDIR: `);
  await expect(replaceFolder(inside, [])).rejects.toThrow(/x: could not be written \((ENOTDIR|EEXIST): /);
  expect(await fs.readdir(folder)).toEqual(['target']);
});

test('writeWhole writes a folder into a name that is free or an empty folder, however it is spelled', async () => {
  await writeWhole(`${target}/`, writeTree);
  await fs.mkdir(join(folder, 'empty'));
  await writeWhole(join(folder, 'empty'), writeTree);
  for (const name of ['target', 'empty']) {
    expect(await content(name, 'a')).toBe('new a');
    expect(await content(name, 'inner', 'b')).toBe('new b');
  }
  expect((await fs.readdir(folder)).sort()).toEqual(['empty', 'target']);
});

test('writeWhole keeps a folder that has files, and what is there when the writer fails', async () => {
  await fs.mkdir(target);
  await fs.writeFile(join(target, 'old'), 'old');
  await expect(writeWhole(target, writeTree)).rejects.toThrow(
    /target: could not be written \((ENOTEMPTY|EEXIST|EPERM): /,
  );
  const own = new RangeError('not this one');
  const failing = async (partial: string): Promise<void> => {
    await writeTree(partial);
    throw own;
  };
  await expect(writeWhole(target, failing)).rejects.toBe(own);
  expect(await fs.readdir(folder)).toEqual(['target']);
  expect(await fs.readdir(target)).toEqual(['old']);
});

test.runIf(process.platform !== 'win32')(
  'all is on the disk before it gets its name, then the name is',
  async () => {
    const file = await flushedBy(() => replaceFile(target, 'new'));
    expect(file).toEqual(['/target.partial', '']);
    const copied = await flushedBy(() => writeWhole(target, (partial) => fs.writeFile(partial, 'new')));
    expect(copied).toEqual(['/target.partial', '']);
    const tree = await flushedBy(() => writeWhole(join(folder, 'tree'), writeTree));
    const inTree = ['/tree.partial/a', '/tree.partial/inner/b', '/tree.partial/inner', '/tree.partial', ''];
    expect([...tree].sort()).toEqual([...inTree].sort());
    expect(tree.slice(-2)).toEqual(['/tree.partial', '']);
    const replaced = await flushedBy(() => replaceFolder(join(folder, 'flat'), [['a', [bytes('a')]]]));
    expect(replaced).toEqual(['/flat.partial/a', '/flat.partial', '']);
    const pieces = await flushedBy(async () => {
      const partial = await PartialFile.create(target);
      await partial.write(bytes('1'));
      await partial.end();
      await partial.rename();
    });
    expect(pieces).toEqual(['/target.partial', '']);
  },
);

/** Writes in every way this package has, into a folder that has names already. */
async function writeAll(): Promise<void> {
  await replaceFile(target, 'new');
  await replaceFolder(join(folder, 'flat'), [['a', [bytes('a')]]]);
  await writeWhole(join(folder, 'tree'), writeTree);
  const file = await PartialFile.create(join(folder, 'rows'));
  await file.write(bytes('1'));
  await file.end();
  await file.rename();
}

/** From now on this call on a folder fails as a disk answers it, or this call on a file. */
function refuse(call: 'open' | 'fsync', kind: 'folder' | 'file', code: string): void {
  const { open, stat } = actual;
  const error = Object.assign(new Error(`${code}: refused, ${call}`), { code, syscall: call });
  vi.mocked(fs.open).mockImplementation(async (path, ...rest) => {
    const isFolder = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    );
    const isRefused = isFolder === (kind === 'folder');
    if (isRefused && call === 'open') throw error;
    const handle = await open(path, ...rest);
    if (isRefused) handle.sync = () => Promise.reject(error);
    return handle;
  });
}

test.each([
  ['fsync', 'EINVAL'],
  ['fsync', 'ENOTSUP'],
  ['fsync', 'EOPNOTSUPP'],
  ['fsync', 'EBADF'],
  ['fsync', 'EPERM'],
  ['fsync', 'EISDIR'],
  ['fsync', 'ENOSYS'],
  ['open', 'EISDIR'],
  ['open', 'EPERM'],
  ['open', 'EACCES'],
] as const)('everything is written on a disk that answers %s of a folder with %s', async (call, code) => {
  refuse(call, 'folder', code);
  await writeAll();
  expect((await fs.readdir(folder)).sort()).toEqual(['flat', 'rows', 'target', 'tree']);
  expect(await content('tree', 'inner', 'b')).toBe('new b');
});

test.each([
  ['fsync', 'folder', 'EIO'],
  ['fsync', 'folder', 'ENOSPC'],
  ['fsync', 'file', 'EINVAL'],
  ['fsync', 'file', 'ENOTSUP'],
  ['fsync', 'file', 'EIO'],
] as const)('%s of a %s that fails with %s is an error', async (call, kind, code) => {
  refuse(call, kind, code);
  await expect(replaceFile(target, 'new')).rejects.toThrow(
    `${target}: could not be written (${code}: refused, ${call}).`,
  );
  const other = join(folder, 'other');
  await expect(writeWhole(other, writeTree)).rejects.toMatchObject({ code });
  await expect(replaceFolder(join(folder, 'flat'), [['a', []]])).rejects.toMatchObject({ code });
});

test.each(['EEXIST', 'ENOTEMPTY', 'EPERM'])(
  'an empty folder is replaced on a disk that renames no folder over one (%s)',
  async (code) => {
    await fs.mkdir(target);
    const refused = Object.assign(new Error(`${code}: rename`), { code, syscall: 'rename' });
    vi.mocked(fs.rename).mockRejectedValueOnce(refused);
    await writeWhole(target, writeTree);
    expect(await content('target', 'a')).toBe('new a');
    await expect(writeWhole(target, writeTree)).rejects.toThrow(`${target}: could not be written (`);
    expect(await content('target', 'a')).toBe('new a');
  },
);

test('replaceFolder replaces all files of a folder', async () => {
  await replaceFolder(target, [
    ['a', [bytes('old')]],
    ['gone', []],
  ]);
  await fs.mkdir(`${target}.partial`);
  await fs.writeFile(join(`${target}.partial`, 'left'), 'by a killed process');
  await replaceFolder(`${target}/`, [['a', [bytes('ne'), bytes('w')]]]);
  expect(await fs.readdir(folder)).toEqual(['target']);
  expect(await fs.readdir(target)).toEqual(['a']);
  expect(await content('target', 'a')).toBe('new');
  expect(await wholeFolder(target)).toBe(target);
});

test('a folder that cannot be replaced is untouched', async () => {
  await replaceFolder(target, [['a', [bytes('old')]]]);
  vi.mocked(fs.open).mockRejectedValueOnce(full());
  await expect(replaceFolder(target, [['a', [bytes('new')]]])).rejects.toThrow(
    `${target}: could not be written (ENOSPC: no space left on device, write).`,
  );
  expect(await fs.readdir(folder)).toEqual(['target']);
  expect(await content('target', 'a')).toBe('old');
});

test('a folder being replaced by a process that was killed is found, and kept until the next is whole', async () => {
  expect(await wholeFolder(target)).toBeUndefined();
  await replaceFolder(`${target}.previous`, [['a', [bytes('old')]]]);
  expect(await wholeFolder(target)).toBe(`${target}.previous`);
  vi.mocked(fs.open).mockRejectedValueOnce(full());
  await expect(replaceFolder(target, [['a', [bytes('new')]]])).rejects.toThrow('could not be written');
  expect(await content('target.previous', 'a')).toBe('old');
  await replaceFolder(target, [['a', [bytes('new')]]]);
  expect(await fs.readdir(folder)).toEqual(['target']);
  expect(await content('target', 'a')).toBe('new');
});

test('a partial file has no name before it is renamed, and leaves nothing when it is abandoned', async () => {
  await fs.writeFile(target, 'old');
  const file = await PartialFile.create(target);
  await file.write(bytes('new, '));
  await file.write(bytes('in two'));
  await file.end();
  expect(await content('target')).toBe('old');
  await file.rename();
  expect(await content('target')).toBe('new, in two');
  for (const isEnded of [false, true]) {
    const left = await PartialFile.create(target);
    await left.write(bytes('half'));
    if (isEnded) await left.end();
    await left.abandon();
  }
  expect(await content('target')).toBe('new, in two');
  expect(await fs.readdir(folder)).toEqual(['target']);
});

test('an error of a partial file names it', async () => {
  const file = await PartialFile.create(join(folder, 'rows'));
  await file.end();
  await fs.rm(folder, { recursive: true });
  await expect(file.rename()).rejects.toThrow(`${file.path}: could not be written (ENOENT: `);
  expect(existsSync(folder)).toBe(false);
});
