import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '@alexnet/validate';

/** What is at a path, if anything. @throws Error if it is not a file or folder, or access is denied. */
export async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  const stats = await stat(path).catch((error: unknown) => {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new Error(`${path} cannot be opened (${code}); check its permissions.`, { cause: error });
  });
  if (!stats) return undefined;
  if (stats.isDirectory()) return 'folder';
  if (stats.isFile()) return 'file';
  throw new Error(`${path} is a pipe or a device, not a file or a folder; put the data itself there.`);
}

/** The full path of the first of some names that exists in a folder. */
export async function firstPresent(path: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    const file = join(path, name);
    if (await kindOf(file)) return file;
  }
  return undefined;
}
