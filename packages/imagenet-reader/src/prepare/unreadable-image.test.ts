import { execFileSync } from 'node:child_process';
import { chmod, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { failure, jpeg, temporaryFolder } from '../source/generate-ilsvrc.test-data.js';
import { openIlsvrc } from '../source/open-ilsvrc.js';
import { prepare } from './prepare.js';

test.skipIf(process.platform === 'win32')(
  'an image that vanished or is a link to itself is skipped and named; a folder that is gone stops',
  async () => {
    const dir = await temporaryFolder();
    const folder = join(dir, 'train/a');
    await mkdir(folder, { recursive: true });
    for (const name of ['1.jpg', '2.jpg', '3.jpg']) await writeFile(join(folder, name), await jpeg(1));
    await symlink('loop.jpg', join(folder, 'loop.jpg'));
    const source = await openIlsvrc(dir);
    await rm(join(folder, '2.jpg'));
    const out = join(dir, 'out');
    expect(await failure(prepare(source, out, { size: 8 }))).toContain(`${folder}/2.jpg cannot be read`);
    await rename(folder, `${folder}-gone`);
    expect(await failure(prepare(source, out, { size: 8, onError: 'skip' }))).toContain('cannot be read');
    await rename(`${folder}-gone`, folder);
    const report = await prepare(source, out, { size: 8, onError: 'skip' });
    expect(report.images.train).toBe(2);
    expect(report.skipped).toMatchObject([
      { location: `${folder}/2.jpg`, reason: expect.stringContaining('(ENOENT)') },
      { location: `${folder}/loop.jpg`, reason: expect.stringContaining('(ELOOP)') },
    ]);
    await source.close();
  },
);

test.skipIf(process.platform !== 'linux')(
  'an image whose name is not UTF-8 is skipped and named',
  async () => {
    const dir = await temporaryFolder();
    const folder = join(dir, 'train/a');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, '1.jpg'), await jpeg(1));
    const latin1 = Buffer.from('caf\u00e9.jpg', 'latin1');
    await writeFile(Buffer.concat([Buffer.from(`${folder}/`), latin1]), await jpeg(2));
    const source = await openIlsvrc(dir);
    const report = await prepare(source, join(dir, 'out'), { size: 8, onError: 'skip' });
    expect(report.images.train).toBe(1);
    expect(report.skipped).toEqual([
      {
        split: 'train',
        location: `${folder}/caf\ufffd.jpg`,
        reason: `${folder}/caf\ufffd.jpg cannot be read (ENOENT); its name is not UTF-8, so rename it.`,
      },
    ]);
    await source.close();
    await mkdir(Buffer.concat([Buffer.from(`${folder}-`), latin1.subarray(0, 4)]));
    expect(await failure(openIlsvrc(dir))).toBe(
      `${folder}-caf\ufffd cannot be listed (ENOENT); its name is not UTF-8, so rename it.`,
    );
  },
);

/** Opens and prepares as a user who may not read all files; prints errors and what was skipped. */
const program = (dir: string): string => `
import { openIlsvrc, prepare } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)};
const message = (promise) => promise.then(() => 'no error', (error) => error.message);
const source = await openIlsvrc('${dir}/images');
const stopped = await message(prepare(source, '${dir}/out/1', { size: 8 }));
const { images, skipped } = await prepare(source, '${dir}/out/2', { size: 8, onError: 'skip' });
const folder = await message(openIlsvrc('${dir}/folders'));
console.log(JSON.stringify({ stopped, train: images.train, skipped, folder }));
`;

test.skipIf(process.platform === 'win32')(
  'an image that may not be read stops, or is skipped and named; a class that may not be read stops',
  async () => {
    const dir = await temporaryFolder();
    for (const folder of ['images/train/a', 'folders/train/a', 'out']) {
      await mkdir(join(dir, folder), { recursive: true });
    }
    for (const name of ['1.jpg', '2.jpg', '3'])
      await writeFile(join(dir, 'images/train/a', name), await jpeg(1));
    await Promise.all([chmod(dir, 0o755), chmod(join(dir, 'out'), 0o777)]);
    for (const name of ['images/train/a/2.jpg', 'images/train/a/3', 'folders/train/a']) {
      await chmod(join(dir, name), 0);
    }
    const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}; // root may read everything
    const args = ['--input-type=module', '-e', program(dir)];
    const said = JSON.parse(execFileSync(process.execPath, args, { ...user, encoding: 'utf8' }));
    await chmod(join(dir, 'folders/train/a'), 0o755);
    const remedy = '(EACCES); check the disk and its permissions.';
    const locked = `${dir}/images/train/a/2.jpg`;
    expect(said).toEqual({
      stopped: `${locked} cannot be read ${remedy} What is done is kept in ${dir}/out/1.partial; run the same again to resume.`,
      train: 1,
      skipped: [{ split: 'train', location: locked, reason: `${locked} cannot be read ${remedy}` }],
      folder: `${dir}/folders/train/a cannot be listed ${remedy}`,
    });
  },
);
