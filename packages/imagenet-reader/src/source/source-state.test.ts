import { cp, mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { openPrepared } from '../open-prepared.js';
import { prepare } from '../prepare/prepare.js';
import {
  failure,
  type TestIlsvrc,
  temporaryFolder,
  testIlsvrc,
  writeClasses,
  writeTars,
} from './generate-ilsvrc.test-data.js';
import { openIlsvrc } from './open-ilsvrc.js';
import { sourceState } from './source-state.js';

let data: TestIlsvrc;
let dir: string;
beforeEach(async () => {
  data = await testIlsvrc(2, 3);
  dir = join(await temporaryFolder(), 'data');
});

async function stateOf(path: string): Promise<string> {
  const source = await openIlsvrc(path);
  try {
    return await sourceState(source);
  } finally {
    await source.close();
  }
}

async function prepareFrom(path: string, out: string): Promise<void> {
  const source = await openIlsvrc(path);
  try {
    await prepare(source, out, { size: 16, format: 'rgb' });
  } finally {
    await source.close();
  }
}

/** Two classes of the training split, and an image of the first. */
async function twoClasses(): Promise<{ from: string; to: string; name: string }> {
  const source = await openIlsvrc(dir);
  const [a, b] = source.classes;
  for await (const image of source.images('train')) {
    await source.close();
    return {
      from: join(dir, 'train', a?.wnid ?? ''),
      to: join(dir, 'train', b?.wnid ?? ''),
      name: image.name,
    };
  }
  throw new Error('no images');
}

test('the state is the same for equal files at another path, and changes with whatever changes an image', async () => {
  await writeClasses(dir, data);
  const before = await stateOf(dir);
  expect(before).toMatch(/^[0-9a-f]{64}$/);
  const copy = `${dir}-copy`;
  await cp(dir, copy, { recursive: true, preserveTimestamps: true });
  expect(await stateOf(copy)).toBe(before);

  const { from, to, name } = await twoClasses();
  const states = [before];
  const changed = async (): Promise<void> => {
    states.push(await stateOf(dir));
    expect(new Set(states).size, `change ${states.length - 1}`).toBe(states.length);
  };
  await rename(join(from, name), join(to, name)); // another label
  await changed();
  await rename(join(to, name), join(to, `other-${name}`));
  await changed();
  await utimes(join(to, `other-${name}`), 1e9, 1e9); // as if replaced by an image of the same size
  await changed();
  await writeFile(join(to, `other-${name}`), 'another length');
  await changed();
  await rm(join(to, `other-${name}`));
  await changed();
});

test('the state of tars changes with their sizes and times', async () => {
  await mkdir(dir);
  await writeTars(dir, data);
  const before = await stateOf(dir);
  expect(await stateOf(dir)).toBe(before);
  await utimes(join(dir, 'ILSVRC2012_img_val.tar'), 1e9, 1e9);
  expect(await stateOf(dir)).not.toBe(before);
});

test('prepare refuses a finished folder whose source has files that were replaced', async () => {
  await writeClasses(dir, data);
  const out = `${dir}-prepared`;
  await prepareFrom(dir, out);
  await prepareFrom(dir, out); // nothing has changed
  const { from, name } = await twoClasses();
  await utimes(join(from, name), 1e9, 1e9);
  expect(await failure(prepareFrom(dir, out))).toBe(
    `${out} was prepared from another source or with other options (the files of the source have changed); remove it, or choose a folder that does not exist yet.`,
  );
  await rm(join(out, 'source.json')); // as an older version wrote the folder
  await prepareFrom(dir, out);
});

test('the checksum of prepared data changes with the bytes of an image, not with its time', async () => {
  await writeClasses(dir, data);
  const checksums: string[] = [];
  const prepareAgain = async (): Promise<void> => {
    await rm(`${dir}-prepared`, { recursive: true, force: true });
    await prepareFrom(dir, `${dir}-prepared`);
    const prepared = await openPrepared(`${dir}-prepared`);
    checksums.push(prepared.checksum);
    await prepared.close();
  };
  const { from, to, name } = await twoClasses();
  await prepareAgain();
  await utimes(join(from, name), 1e9, 1e9);
  await prepareAgain();
  expect(checksums[1]).toBe(checksums[0]);
  for await (const image of (await openIlsvrc(dir)).images('train')) {
    if (image.label !== 1) continue;
    await cp(join(to, image.name), join(from, name));
    break;
  }
  await prepareAgain();
  expect(checksums[2]).not.toBe(checksums[0]);
});
