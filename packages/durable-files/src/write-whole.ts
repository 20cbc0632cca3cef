import { rename, rm } from 'node:fs/promises';
import { partialOf, unwritten } from './partial-file.js';

/**
 * Has a file or folder written beside its place and renames it: what is there under the name is whole.
 *
 * @throws Error of one line that names it, if the system cannot write it; what else `write` throws, as it is.
 */
export async function writeWhole(out: string, write: (partial: string) => Promise<unknown>): Promise<void> {
  const name = out.replace(/[\\/]+$/, '');
  const partial = partialOf(name);
  try {
    await write(partial);
    await rename(partial, name);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw unwritten(out, error);
  }
}
