import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { randomStream } from '@alexnet/random';
import { expect, test } from 'vitest';
import {
  failure,
  temporaryFolder,
  testIlsvrc,
  writeClasses,
  writeTars,
} from '../source/generate-ilsvrc.test-data.js';
import { openIlsvrc } from '../source/open-ilsvrc.js';
import { type PrepareReport, prepare } from './prepare.js';
import type { PrepareOptions } from './prepare-options.js';

// Runs the built package in its own process, as a user does, to be killed by kill -9.
const built = new URL('../../dist/index.js', import.meta.url).href;
const program = `
  import { openIlsvrc, prepare } from ${JSON.stringify(built)};
  const [data, out, options] = process.argv.slice(1);
  const source = await openIlsvrc(data);
  await prepare(source, out, JSON.parse(options));
  await source.close();
`;
const killAtCall = fileURLToPath(new URL('../../../testing/src/kill-at-call.js', import.meta.url));

/** Number of kills at random moments, and about as many before changes of files, spread over all of them. */
const KILLS = Number(process.env.ALEXNET_KILLS ?? 3);

const options = { size: 24, format: 'jpg', shardImages: 3 } as const;

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

function prepareElsewhere(
  data: string,
  out: string,
  { more = {}, killAfter, atCall }: { more?: PrepareOptions; killAfter?: number; atCall?: number } = {},
): Promise<Ended> {
  const hook = atCall === undefined ? [] : ['--import', killAtCall];
  const args = ['--input-type=module', '-e', program, data, out, JSON.stringify({ ...options, ...more })];
  const child = spawn(process.execPath, [...hook, ...args], {
    env: { ...process.env, KILL_AT_CALL: String(atCall ?? '') },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter);
  let stderr = '';
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stderr });
    });
  });
}

async function prepareHere(data: string, out: string, more: PrepareOptions = {}): Promise<PrepareReport> {
  const source = await openIlsvrc(data);
  try {
    return await prepare(source, out, { ...options, ...more });
  } finally {
    await source.close();
  }
}

async function hashes(dir: string): Promise<Record<string, string>> {
  const entries = (await readdir(dir)).sort().map(async (name) => {
    const bytes = await readFile(join(dir, name));
    return [name, createHash('sha256').update(bytes).digest('hex')] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** A source of 24 + 9 images in 11 shards, and the output of an uninterrupted run. */
async function setUp(): Promise<{ dir: string; out: string; expected: Record<string, string> }> {
  const dir = await temporaryFolder();
  await writeTars(dir, await testIlsvrc(6, 9));
  await prepareHere(dir, join(dir, 'straight'));
  return { dir, out: join(dir, 'out'), expected: await hashes(join(dir, 'straight')) };
}

test('any number of worker processes writes the same bytes', async () => {
  const { dir, out, expected } = await setUp();
  for (const [i, more] of [{ workers: 1 }, { workers: 2, concurrency: 1 }, { workers: 3 }].entries()) {
    const progress: number[] = [];
    await prepareHere(dir, `${out}${i}`, { ...more, onProgress: ({ done }) => progress.push(done) });
    expect(await hashes(`${out}${i}`)).toEqual(expected);
    expect([progress[0], progress.at(-1)]).toEqual([0, 33]);
    expect(await readdir(dir)).not.toContain(`out${i}.partial`);
  }
});

test(`killed ${KILLS} times at random moments, prepare ends with the same bytes (ALEXNET_KILLS)`, async () => {
  const { dir, out, expected } = await setUp();
  const straight = performance.now();
  expect(await prepareElsewhere(dir, out)).toMatchObject({ code: 0 });
  let usual = performance.now() - straight; // the time of a whole run at the present load
  let isFresh = true;
  await rm(out, { recursive: true });
  const stream = randomStream(2012);
  for (let kills = 0; kills < KILLS; ) {
    const workers = Math.floor(stream.uniform() * 3);
    // the first fifth of the time loads the program
    const killAfter = usual * (0.2 + stream.uniform());
    const startedAt = performance.now();
    const { code, signal, stderr } = await prepareElsewhere(dir, out, { more: { workers }, killAfter });
    if (signal === 'SIGKILL') {
      kills++;
      isFresh = false;
    } else {
      if (isFresh) usual = performance.now() - startedAt; // the machine may be less busy by now
      isFresh = true;
      expect(code, stderr).toBe(0);
      expect(await hashes(out)).toEqual(expected);
      await rm(out, { recursive: true });
    }
  }
  expect(await prepareElsewhere(dir, out)).toMatchObject({ code: 0 });
  expect(await hashes(out)).toEqual(expected);
  expect((await readdir(dir)).filter((name) => name.startsWith('out'))).toEqual(['out']);
}, 300_000);

test('killed before any single change of a file, prepare ends with the same bytes', async () => {
  const { dir, out, expected } = await setUp();
  const step = Math.max(1, Math.round(60 / KILLS));
  let killed = 0;
  for (let call = 0; ; call += step) {
    const first = await prepareElsewhere(dir, out, { atCall: call });
    if (first.signal === 'SIGKILL') {
      killed++;
      await prepareHere(dir, out);
    } else expect(first.code, first.stderr).toBe(0);
    expect(await hashes(out)).toEqual(expected);
    expect((await readdir(dir)).filter((name) => name.startsWith('out'))).toEqual(['out']);
    await rm(out, { recursive: true });
    if (first.signal === null) break;
  }
  expect(killed).toBeGreaterThan(KILLS / 2);
}, 300_000);

test('a worker process that ends is an error that says so, and finished work is kept', async () => {
  const { dir, out } = await setUp();
  const env = process.env.NODE_OPTIONS;
  process.env.NODE_OPTIONS = '--import data:text/javascript,setTimeout(()=>process.exit(3),300)';
  try {
    await expect(prepareHere(dir, out, { workers: 1, size: 2500 })).rejects.toThrow(
      `a worker process of prepare ended (exit code 3), perhaps for lack of memory; try fewer workers. What is done is kept in ${out}.partial; run the same again to resume.`,
    );
  } finally {
    if (env === undefined) delete process.env.NODE_OPTIONS;
    else process.env.NODE_OPTIONS = env;
  }
});

test('of two calls on one folder one succeeds and the other reports the first', async () => {
  const { dir, out, expected } = await setUp();
  const both = await Promise.allSettled([prepareHere(dir, out), prepareHere(dir, out)]);
  const refused = both.filter((one) => one.status === 'rejected');
  expect(refused).toHaveLength(1);
  expect(String(refused[0]?.reason)).toBe(
    `Error: ${out}.partial/lock is held by process ${process.pid} on ${hostname()}, which is preparing the same folder; wait for it, or stop it.`,
  );
  expect(await hashes(out)).toEqual(expected);
});

test('the lock of another computer that gives no sign of life, or of a writer killed early, is taken over', async () => {
  const { dir, out } = await setUp();
  const lock = join(`${out}.partial`, 'lock');
  const other = { pid: process.pid, realm: 'another boot', host: 'elsewhere', token: 'x', work: 'at work' };
  for (const stale of [JSON.stringify({ beat: 3, ...other, beatSeconds: 0.05 }), '']) {
    await mkdir(`${out}.partial`, { recursive: true });
    await writeFile(lock, stale);
    const lines: string[] = [];
    const onWait = (line: string): void => void lines.push(line);
    expect((await prepareHere(dir, out, { onWait })).images.train).toBe(24);
    const waited = `${lock} is held by process ${process.pid} on elsewhere; waiting for a sign of life`;
    expect(lines).toEqual(stale === '' ? [] : [waited]);
    await rm(out, { recursive: true });
  }
});

test('other unfinished work is refused and kept', async () => {
  const { dir, out, expected } = await setUp();
  while ((await prepareElsewhere(dir, out, { atCall: 12 })).signal !== 'SIGKILL');
  const other = (more: PrepareOptions): Promise<string> => failure(prepareHere(dir, out, more));
  const end = `); resume that work, or delete ${out}.partial to start over.`;
  const begin = `${out}.partial holds other unfinished work (`;
  expect(await other({ size: 25 })).toBe(`${begin}size was 24, is now 25${end}`);
  expect(await other({ format: 'rgb', shardImages: 4 })).toBe(
    `${begin}format was jpg, is now rgb; shardImages was 3, is now 4${end}`,
  );
  const elsewhere = await temporaryFolder();
  await writeClasses(elsewhere, await testIlsvrc(7, 9));
  expect(await failure(prepareHere(elsewhere, out))).toBe(
    `${begin}the source has other classes or images; the files of the source have changed${end}`,
  );
  await prepareHere(dir, out);
  expect(await hashes(out)).toEqual(expected);
});

test('a finished folder returns its report at once; a folder of other data is refused', async () => {
  const { dir, out, expected } = await setUp();
  const report = await prepareHere(dir, out);
  expect(report.resumed).toBe(0);
  await rm(join(dir, 'ILSVRC2012_img_val.tar'), { force: true });
  await writeTars(dir, await testIlsvrc(6, 9));
  const progress: number[] = [];
  const again = await prepareHere(dir, out, { onProgress: ({ done }) => progress.push(done) });
  expect(again).toEqual({ ...report, resumed: 11 });
  expect(progress).toEqual([]);
  // Tars that were written again have other times, which source.json records.
  const times = { 'source.json': (await hashes(out))['source.json'] };
  expect(await hashes(out)).toEqual({ ...expected, ...times });
  expect(await failure(prepareHere(dir, out, { size: 30 }))).toBe(
    `${out} was prepared from another source or with other options (size was 24, is now 30); remove it, or choose a folder that does not exist yet.`,
  );
});

test('images skipped by an earlier run are an error for a run that stops on errors', async () => {
  const dir = await temporaryFolder();
  const data = await testIlsvrc(6, 9);
  await writeClasses(dir, data);
  const [[wnid, files] = ['', []]] = [...data.train].sort(([a], [b]) => (a < b ? -1 : 1));
  const broken = join(dir, 'train', wnid, files[1]?.name ?? '');
  await writeFile(broken, 'no image');
  const [out, source] = [join(dir, 'out'), await openIlsvrc(dir)];
  const controller = new AbortController();
  const stopped = prepare(source, out, {
    ...options,
    onError: 'skip',
    signal: controller.signal,
    onProgress: ({ done }) => done > 20 && controller.abort(),
  });
  await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
  await source.close();
  expect(await failure(prepareHere(dir, out))).toBe(
    `${broken} was skipped in the unfinished work; resume with onError: 'skip', or delete ${out}.partial to start over.`,
  );
  const report = await prepareHere(dir, out, { onError: 'skip' });
  expect(report.skipped).toMatchObject([{ split: 'train', location: broken }]);
  await prepareHere(dir, join(dir, 'straight'), { onError: 'skip' });
  expect(await hashes(out)).toEqual(await hashes(join(dir, 'straight')));
});

test('an image that vanished since it was listed stops the run, which resumes when it is back', async () => {
  const { dir, out } = await setUp();
  const source = await openIlsvrc(dir);
  const file = join(dir, 'ILSVRC2012_img_val.tar');
  const bytes = await readFile(file);
  await writeFile(file, bytes.subarray(0, 5000));
  expect(await failure(prepare(source, out, { ...options, workers: 1 }))).toBe(
    `${file}/ILSVRC2012_val_00000004.JPEG cannot be read: ${file} has become shorter since it was listed. What is done is kept in ${out}.partial; run the same again to resume.`,
  );
  await writeFile(file, bytes);
  expect((await prepare(source, out, options)).resumed).toBeGreaterThan(0);
  await source.close();
});
