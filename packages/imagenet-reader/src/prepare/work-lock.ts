import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';

interface Holder {
  readonly pid: number;
  /** Boot and start time of the process, where the system tells: a number of a process is used again. */
  readonly started: string | undefined;
  readonly host: string;
  readonly token: string;
}

/** A folder that is in use, by this process. */
export interface WorkLock {
  /** @throws Error if another process has it now. */
  check(): Promise<void>;
  release(): Promise<void>;
}

const TRIES = 20;
const TRY_MS = 50;

/**
 * Takes the lock `file`: at most one process has it; one that died has it no more.
 *
 * @throws Error that says who has it, and what to delete where that cannot be known.
 */
export async function takeLock(file: string): Promise<WorkLock> {
  const { pid } = process;
  const mine: Holder = { pid, started: await startOf(pid), host: hostname(), token: randomUUID() };
  const check = async (): Promise<void> => {
    const holder = await readHolder(file);
    if (holder?.token !== mine.token) throw inUse(file, holder);
  };
  for (let tries = 0; ; tries++) {
    try {
      await writeFile(file, JSON.stringify(mine), { flag: 'wx', flush: true });
      await check();
      return { check, release: () => releaseLock(file, mine) };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const holder = await readHolder(file);
    if (holder && (await isAlive(holder, file))) throw inUse(file, holder);
    // no holder: gone just now, or being written just now; one killed while writing stays so
    if (holder || tries >= TRIES) await removeStale(file, holder);
    else await setTimeout(TRY_MS);
  }
}

async function releaseLock(file: string, mine: Holder): Promise<void> {
  if ((await readHolder(file))?.token === mine.token) await rm(file, { force: true });
}

/** Takes the lock of a dead process away; under another name first, so that two who try remove one. */
async function removeStale(file: string, stale: Holder | undefined): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch {
    return; // somebody else did
  }
  const taken = await readHolder(aside);
  if (taken?.token === stale?.token) await rm(aside, { force: true });
  else await rename(aside, file); // a new one: its holder checks it before anything counts
}

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

async function isAlive({ pid, started, host }: Holder, file: string): Promise<boolean> {
  if (host !== hostname()) {
    throw new Error(
      `${file} says that process ${pid} on ${host} is at work there; if it is not, delete the file.`,
    );
  }
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
  }
  const now = await startOf(pid);
  return started === undefined || now === undefined || now === started;
}

/** When a process started, as Linux tells: the boot, and the clock ticks since; undefined elsewhere. */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // from the third on: a name may hold spaces
    return `${boot.trim()} ${fields[19]}`;
  } catch {
    return undefined;
  }
}

function inUse(file: string, holder: Holder | undefined): Error {
  const who = holder ? `process ${holder.pid}` : 'another process';
  return new Error(`${file} is held by ${who}, which is preparing the same folder; wait for it, or stop it.`);
}
