import * as crypto from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as timers from 'node:timers/promises';
import { codeOf } from '../write-error.js';
import { startHeartbeat } from './heartbeat.js';
import { type LockHolder, lockText, readHolder } from './lock-file.js';
import { lifeOf, ownIdentity } from './process-identity.js';
import { watchHolder } from './watch-holder.js';

/** A lock held by this process. */
export interface Lock {
  /** @throws Error if another process now holds it, as after this one was suspended for long. */
  check(): Promise<void>;
  release(): Promise<void>;
}

/** Options of {@link takeLock}. */
export interface LockOptions {
  /** What this process does with what is locked, for the others' errors: 'training in the same folder'. */
  readonly work: string;
  /** Seconds between two signs of life in the file; 3. A holder that misses ten of them loses its lock. */
  readonly beatSeconds?: number;
  /** Called with a line before it waits for a sign of life of another holder, which takes up to ten beats. */
  readonly onWait?: (line: string) => void;
}

const TRIES = 20;
const TRY_MS = 50;

/**
 * Takes the lock `file`, which says who holds it. At most one process holds it. The lock of a process that
 * was killed is taken over: at once where process IDs show that it is dead, and otherwise, as for another
 * container or computer with the same disk, once it has given no sign of life for ten beats (30 s). A holder
 * gives them from a thread of its own.
 *
 * @throws Error of one line that says who holds it.
 *
 * @example
 * const lock = await takeLock('runs/one/lock', { work: 'training in the same folder' });
 * try {
 *   await lock.check(); // before every commit
 * } finally {
 *   await lock.release();
 * }
 */
export async function takeLock(file: string, options: LockOptions): Promise<Lock> {
  const { work, beatSeconds = 3, onWait } = options;
  const mine = { ...(await ownIdentity()), token: crypto.randomUUID(), beatSeconds, work, beat: 0 };
  for (let tries = 0; ; tries++) {
    if (await create(file, mine)) return held(file, mine);
    const holder = await readHolder(file);
    const state = holder && (await stateOf(file, holder, onWait));
    if (state === 'alive') throw inUse(file, holder);
    // No holder: the lock was just released or is just being written. It stays so if the writer was killed.
    if (state === 'dead' || (!holder && tries >= TRIES)) await removeStale(file, holder);
    else await timers.setTimeout(TRY_MS);
  }
}

async function create(file: string, mine: LockHolder): Promise<boolean> {
  try {
    await fs.writeFile(file, lockText(mine), { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function held(file: string, mine: LockHolder): Promise<Lock> {
  const check = async (): Promise<void> => {
    const holder = await readHolder(file);
    if (holder?.token !== mine.token) throw inUse(file, holder);
  };
  await check();
  const stop = startHeartbeat(file, mine);
  return {
    check,
    async release() {
      await stop();
      if ((await readHolder(file))?.token === mine.token) await fs.rm(file, { force: true });
    },
  };
}

async function stateOf(
  file: string,
  holder: LockHolder,
  onWait: LockOptions['onWait'],
): Promise<'alive' | 'dead' | 'gone'> {
  const life = await lifeOf(holder);
  if (life !== 'unknown') return life;
  onWait?.(`${file} is held by ${nameOf(holder)}; waiting for a sign of life`);
  return watchHolder(file, holder);
}

/** Removes the lock of a dead process. It is renamed first, so that only one of two processes removes it. */
async function removeStale(file: string, stale: LockHolder | undefined): Promise<void> {
  const aside = `${file}.${crypto.randomUUID()}`;
  try {
    await fs.rename(file, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return; // another process removed it
    throw error;
  }
  const taken = await readHolder(aside);
  if (taken?.token === stale?.token) await fs.rm(aside, { force: true });
  else await fs.rename(aside, file); // a new lock: its holder checks it before it commits anything
}

function nameOf({ pid, host }: LockHolder): string {
  return `process ${pid} on ${host}`;
}

function inUse(file: string, holder: LockHolder | undefined): Error {
  const who = holder ? `${nameOf(holder)}, which is ${holder.work}` : 'another process';
  return new Error(`${file} is held by ${who}; wait for it, or stop it.`);
}
