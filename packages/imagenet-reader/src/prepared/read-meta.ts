import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { META_FILE } from '../source/ilsvrc-source.js';
import { checkMeta } from './check-meta.js';
import type { PreparedMeta } from './prepared-meta.js';

/** Reads and checks the `meta.json` of a prepared folder. @throws Error of one line that names the file or folder. */
export async function readMeta(path: string): Promise<PreparedMeta> {
  const file = join(path, META_FILE);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Error(`${path} has no ${META_FILE}: prepare did not write this folder, or did not finish it.`, {
      cause: error,
    });
  });
  return checkMeta(text, file);
}
