import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout } from 'node:timers/promises';

interface Holder {
  readonly pid: number;
  /** Boot and start time of the process, if the system tells them, since process IDs are reused. */
  readonly started: string | undefined;
  readonly host: string;
  readonly token: string;
}

/** A lock held by this process. */
export interface WorkLock {
  /** @throws Error if another process now holds it. */
  check(): Promise<void>;
  release(): Promise<void>;
}

const TRIES = 20;
const TRY_MS = 50;

/**
 * Takes the lock `file`. At most one process holds it; the lock of a dead process is removed.
 *
 * @throws Error that says who holds it, or what to delete if that cannot be known.
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
    // No holder: the lock was just released or is just being written. It stays so if the writer was killed.
    if (holder || tries >= TRIES) await removeStale(file, holder);
    else await setTimeout(TRY_MS);
  }
}

async function releaseLock(file: string, mine: Holder): Promise<void> {
  if ((await readHolder(file))?.token === mine.token) await rm(file, { force: true });
}

/** Removes the lock of a dead process. It is renamed first, so that of two processes only one removes it. */
async function removeStale(file: string, stale: Holder | undefined): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch {
    return; // another process removed it
  }
  const taken = await readHolder(aside);
  if (taken?.token === stale?.token) await rm(aside, { force: true });
  else await rename(aside, file); // a new lock: its holder checks it before it commits anything
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

/**
 * When a process started, on Linux: the ID of the boot and the clock ticks since; undefined on other systems.
 */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // after the name, which may contain spaces
    return `${boot.trim()} ${fields[19]}`;
  } catch {
    return undefined;
  }
}

function inUse(file: string, holder: Holder | undefined): Error {
  const who = holder ? `process ${holder.pid}` : 'another process';
  return new Error(`${file} is held by ${who}, which is preparing the same folder; wait for it, or stop it.`);
}
