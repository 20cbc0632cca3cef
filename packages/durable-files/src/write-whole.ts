import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { partialPath, withoutSlash } from './partial-path.js';
import { renameOver } from './rename-over.js';
import { syncAll, syncFolder } from './sync.js';
import { writeError } from './write-error.js';

/**
 * Has `write` make a file or folder under a temporary name, flushes it to the disk with everything in it and
 * renames it. Until then whatever had the name keeps it: a file is replaced, a folder only if it is empty.
 *
 * @throws Error of one line that names the target if the system cannot write it; any other error of `write` unchanged.
 * Nothing is left behind.
 *
 * @example
 * await writeWhole('all.tar', (partial) => pipeline(tar, createWriteStream(partial)));
 */
export async function writeWhole(
  target: string,
  write: (partial: string) => Promise<unknown>,
): Promise<void> {
  await putInPlace(target, async (partial) => {
    await write(partial);
    await syncAll(partial);
  });
}

/** As {@link writeWhole}, for a `write` that flushes what it writes. */
export async function putInPlace(
  target: string,
  write: (partial: string) => Promise<unknown>,
): Promise<void> {
  const name = withoutSlash(target);
  const partial = partialPath(name);
  try {
    await write(partial);
    await renameOver(partial, name);
    await syncFolder(path.dirname(name));
  } catch (error) {
    await fs.rm(partial, { recursive: true, force: true }).catch(() => undefined); // the first error is reported
    throw writeError(target, error);
  }
}
