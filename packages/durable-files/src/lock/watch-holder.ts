import * as crypto from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as timers from 'node:timers/promises';
import { type LockHolder, readHolder } from './lock-file.js';

/** A holder that misses so many beats is dead, or so far gone that it must find its lock lost. */
const PATIENCE = 10;
/** So many missed beats are watched in any case, as a holder may wake up together with this machine. */
const CONFIRM = 2;
const LOOKS_A_BEAT = 5;

/**
 * Watches a lock whose process cannot be seen from here: `alive` as soon as its beat changes, `dead` once it
 * has not for ten beats, `gone` if it was released or taken over. Of the ten, the ones before now are counted
 * by the times of the disk, never by this machine's clock, which may differ.
 */
export async function watchHolder(file: string, holder: LockHolder): Promise<'alive' | 'dead' | 'gone'> {
  const beatMs = holder.beatSeconds * 1000;
  const missed = Math.floor((await silenceMs(file)) / beatMs);
  const looks = Math.max(CONFIRM, PATIENCE - missed) * LOOKS_A_BEAT;
  for (let look = 0; look < looks; look++) {
    await timers.setTimeout(beatMs / LOOKS_A_BEAT);
    const now = await readHolder(file);
    if (now?.token !== holder.token) return 'gone';
    if (now.beat !== holder.beat) return 'alive';
  }
  return 'dead';
}

/** The time between the last write of a lock and now, both as the disk tells them. */
async function silenceMs(file: string): Promise<number> {
  const probe = `${file}.${crypto.randomUUID()}`;
  try {
    await fs.writeFile(probe, '');
    const [then, now] = [await fs.stat(file), await fs.stat(probe)];
    return Math.max(0, now.mtimeMs - then.mtimeMs);
  } catch {
    return 0; // the lock was released, or the disk does not take the probe: all beats are watched
  } finally {
    await fs.rm(probe, { force: true });
  }
}
