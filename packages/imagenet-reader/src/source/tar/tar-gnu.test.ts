/** Tars by GNU tar itself, in every format that it writes; skipped if `tar` is another program. */
import { execFileSync, spawnSync } from 'node:child_process';
import { link, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contents, failure, jpeg, temporaryFolder, writeFiles } from '../generate-ilsvrc.test-data.js';
import { openIlsvrc } from '../open-ilsvrc.js';

const hasGnuTar = String(spawnSync('tar', ['--version']).stdout).includes('GNU tar');

test.skipIf(!hasGnuTar).each(['v7', 'ustar', 'gnu', 'oldgnu', 'pax', 'posix'])(
  'images in the format %s are read unchanged',
  async (format) => {
    const dir = await temporaryFolder();
    const long = format === 'v7' ? 'short' : `${'f'.repeat(60)}/${'g'.repeat(60)}`;
    const files = await Promise.all(
      [1, 2, 3].map(async (n) => ({ name: `n01440764_${n}.JPEG`, bytes: await jpeg(n) })),
    );
    await writeFiles(join(dir, 'photographs', long), files);
    const tar = join(dir, 'photographs.tar');
    execFileSync('tar', [`--format=${format}`, '-cf', tar, '-C', dir, 'photographs']);
    const source = await openIlsvrc(tar);
    expect(await contents(source, 'train')).toEqual(files.map(({ name, bytes }) => [name, 0, bytes]));
    await source.close();
  },
);

test.skipIf(!hasGnuTar)('a real hard link and real sparse files are refused by name', async () => {
  const dir = await temporaryFolder();
  await writeFile(join(dir, 'n01440764_1.JPEG'), await jpeg(1));
  await link(join(dir, 'n01440764_1.JPEG'), join(dir, 'n01440764_2.JPEG'));
  const tar = join(dir, 'x.tar');
  execFileSync('tar', ['-cf', tar, '-C', dir, 'n01440764_1.JPEG', 'n01440764_2.JPEG']);
  expect(await failure(openIlsvrc(tar))).toContain('x.tar holds n01440764_2.JPEG as a link or a device');
  const hole = await open(join(dir, 'n01440764_3.JPEG'), 'w');
  await hole.truncate(1 << 20);
  await hole.write('end', (1 << 20) + 4096);
  await hole.close();
  for (const format of ['gnu', 'posix']) {
    execFileSync('tar', ['--sparse', `--format=${format}`, '-cf', tar, '-C', dir, 'n01440764_3.JPEG']);
    expect(await failure(openIlsvrc(tar)), format).toMatch(
      /x\.tar holds .*n01440764_3\.JPEG as a sparse file, which is not supported; pack it again without --sparse\.$/,
    );
  }
});
