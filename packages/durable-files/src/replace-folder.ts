import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { withoutSlash } from './partial-path.js';
import { syncFolder } from './sync.js';
import { codeOf, writeError } from './write-error.js';
import { writeFlushed } from './write-flushed.js';

/**
 * Writes files into `<target>.partial`, flushes them to the disk and renames the folder, whole or not at all.
 * A folder that has the name is first set aside as `<target>.previous` and removed at the end. A process
 * killed between the two renames leaves only that one; {@link wholeFolder} finds it. One process at a time
 * may write a folder.
 *
 * @throws Error of one line that names the folder if the system cannot write it; the folder that was there is untouched.
 */
export async function replaceFolder(
  target: string,
  files: Iterable<readonly [name: string, pieces: readonly Uint8Array[]]>,
): Promise<void> {
  const directory = withoutSlash(target);
  const partial = `${directory}.partial`;
  const previous = `${directory}.previous`;
  try {
    await fs.rm(partial, { recursive: true, force: true }); // what a killed process left
    await fs.mkdir(partial, { recursive: true });
    await allEnded([...files].map(([name, pieces]) => writeFlushed(path.join(partial, name), pieces)));
    await syncFolder(partial);
    if (await exists(directory)) {
      await fs.rm(previous, { recursive: true, force: true });
      await fs.rename(directory, previous);
    } // else a process was killed between the renames, and `previous` is the whole one
    await fs.rename(partial, directory);
    await syncFolder(path.dirname(directory));
    await fs.rm(previous, { recursive: true, force: true });
  } catch (error) {
    await fs.rm(partial, { recursive: true, force: true }).catch(() => undefined); // the first error is reported
    throw writeError(target, error);
  }
}

/** The folder itself, or `<target>.previous` if it was being replaced; undefined if there is neither. */
export async function wholeFolder(target: string): Promise<string | undefined> {
  const previous = `${withoutSlash(target)}.previous`;
  for (const folder of [target, previous]) if (await exists(folder)) return folder;
  return undefined;
}

/**
 * Waits for all, also where one fails: a file that is still being written would outlive its folder's removal.
 */
async function allEnded(work: readonly Promise<void>[]): Promise<void> {
  for (const ended of await Promise.allSettled(work)) if (ended.status === 'rejected') throw ended.reason;
}

async function exists(target: string): Promise<boolean> {
  try {
    await fs.stat(target);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}
