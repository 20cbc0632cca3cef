import * as fs from 'node:fs/promises';
import { codeOf } from './write-error.js';

/** What systems and disks answer when a folder is renamed over an empty one, which only POSIX allows. */
const refusals = new Set(['EACCES', 'EEXIST', 'EINVAL', 'ENOTEMPTY', 'EPERM']);

/**
 * Renames a file over a file, or a folder over an empty folder, also where the disk first wants that removed.
 */
export async function renameOver(from: string, to: string): Promise<void> {
  try {
    await fs.rename(from, to);
  } catch (error) {
    if (!refusals.has(codeOf(error))) throw error;
    try {
      await fs.rmdir(to); // refused for a file and for a folder that has files
    } catch {
      throw error;
    }
    await fs.rename(from, to);
  }
}
