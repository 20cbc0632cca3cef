import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeLock } from './take-lock.js';

const options = { work: 'testing in the same folder', beatSeconds: 0.05 };
const beats = (n: number): number => n * options.beatSeconds * 1000;

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alexnet-lock-'));
  file = join(folder, 'lock');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A process that takes the lock and then never returns to its event loop, as training may for minutes. */
async function busyHolder(): Promise<ChildProcess> {
  const built = new URL('../../dist/index.js', import.meta.url).href;
  const program = `
    import { takeLock } from ${JSON.stringify(built)};
    await takeLock(${JSON.stringify(file)}, ${JSON.stringify(options)});
    process.stdout.write('held');
    setTimeout(() => { for (;;); }, 20);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.stdout) await once(child.stdout, 'data');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** Changes what the lock says of its holder, as another container or computer would have written it. */
async function rewrite(change: Record<string, unknown>): Promise<void> {
  const { beat, ...holder } = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(
    file,
    `{"beat":${String(beat).padStart(12)},${JSON.stringify({ ...holder, ...change }).slice(1)}`,
  );
}

const elsewhere = { host: 'elsewhere', realm: 'another boot pid:[1]' };

async function takenIn(): Promise<number> {
  const since = performance.now();
  const lock = await takeLock(file, options);
  const ms = performance.now() - since;
  await lock.release();
  return ms;
}

test('one of two processes takes the lock, and the other is told who holds it until it is released', async () => {
  const lock = await takeLock(file, options);
  const refused = `${file} is held by process ${process.pid} on ${hostname()}, which is testing in the same folder; wait for it, or stop it.`;
  await expect(takeLock(file, options)).rejects.toThrow(refused);
  await lock.check();
  await lock.release();
  expect(await readdir(folder)).toEqual([]);
  await (await takeLock(file, options)).release();
});

test('many takers at once: one gets it', async () => {
  const all = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(file, options)));
  const locks = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  expect(locks).toHaveLength(1);
  await locks[0]?.release();
  expect(await readdir(folder)).toEqual([]);
});

test.runIf(process.platform === 'linux')('the lock of a killed process is taken over at once', async () => {
  await kill(await busyHolder());
  expect(await takenIn()).toBeLessThan(beats(10));
});

test('a busy holder that cannot be seen from here keeps its lock; killed, it loses it after ten beats', async () => {
  const child = await busyHolder();
  try {
    await rewrite(elsewhere);
    const lines: string[] = [];
    for (let i = 0; i < 3; i++) {
      const taking = takeLock(file, { ...options, onWait: (line) => lines.push(line) });
      await expect(taking).rejects.toThrow(`${file} is held by process ${child.pid} on elsewhere, which is `);
    }
    expect(lines[0]).toBe(`${file} is held by process ${child.pid} on elsewhere; waiting for a sign of life`);
  } finally {
    await kill(child);
  }
  expect(await takenIn()).toBeGreaterThan(beats(8)); // the two before, the disk may count
  expect(await readdir(folder)).toEqual([]);
});

test.each([
  ['two hours ago', -7200, 2],
  ['in two hours, by a clock that was wrong', 7200, 10],
])('a lock of another host, last written %s, is taken over', async (_, seconds, watched) => {
  const holder = {
    pid: process.pid,
    ...elsewhere,
    token: 'x',
    beatSeconds: options.beatSeconds,
    work: 'at work',
  };
  await writeFile(file, JSON.stringify({ beat: 7, ...holder }));
  const time = Date.now() / 1000 + seconds;
  await utimes(file, time, time);
  const ms = await takenIn();
  expect(ms).toBeGreaterThan(beats(watched) * 0.9);
  if (watched === 2) expect(ms).toBeLessThan(beats(10));
});

test.runIf(process.platform === 'linux')(
  'a process ID that another process has by now does not hold the lock',
  async () => {
    const lock = await takeLock(file, options);
    await rewrite({ started: '1' });
    expect(await takenIn()).toBeLessThan(beats(10));
    await expect(lock.check()).rejects.toThrow(
      `${file} is held by another process; wait for it, or stop it.`,
    );
    await lock.release();
  },
);

test('a lock whose writer was killed before it wrote its name is taken over', async () => {
  await writeFile(file, '');
  await takenIn();
  expect(await readdir(folder)).toEqual([]);
});

test('a holder that lost its lock is told so, and does not release the new holder’s lock', async () => {
  const lost = await takeLock(file, options);
  await rm(file);
  const lock = await takeLock(file, options);
  await expect(lost.check()).rejects.toThrow(`${file} is held by process ${process.pid} on `);
  await lost.release();
  await lock.check();
  await lock.release();
});

test('a folder that does not exist is the error', async () => {
  await expect(takeLock(join(folder, 'none', 'lock'), options)).rejects.toThrow('ENOENT');
});
