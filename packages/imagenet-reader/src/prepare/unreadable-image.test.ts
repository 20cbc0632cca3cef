import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
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
    expect(report.skipped.map(({ location }) => location)).toEqual([`${folder}/caf\ufffd.jpg`]);
    await source.close();
  },
);
