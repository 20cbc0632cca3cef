// All modules here import namespaces: a bundler for browsers replaces `node:` modules with empty ones, from which Rollup
// refuses to import a name, even in code that a page never runs.
import * as fs from 'node:fs/promises';
import * as path from 'node:path';

/** Flushes the names in a folder to the disk, so that they survive a power cut. Windows has no such call. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform !== 'win32') await sync(folder, 'r');
}

/** Flushes a file, or a folder with everything in it. */
export async function syncAll(target: string): Promise<void> {
  if (!(await fs.stat(target)).isDirectory()) return sync(target, 'r+'); // Windows flushes no file opened for reading
  const names = await fs.readdir(target);
  await Promise.all(names.map((name) => syncAll(path.join(target, name))));
  await syncFolder(target);
}

async function sync(target: string, flags: 'r' | 'r+'): Promise<void> {
  const handle = await fs.open(target, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
