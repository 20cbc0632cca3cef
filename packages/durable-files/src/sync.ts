// All modules here import namespaces: a bundler for browsers replaces `node:` modules with empty ones, from
// which Rollup refuses to import a name, even in code that a page never runs.
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { codeOf } from './write-error.js';

/** A folder that this process may write to, but not open, as on Windows or without permission to list it. */
const cannotOpen = new Set(['EACCES', 'EBADF', 'EINVAL', 'EISDIR', 'ENOTSUP', 'EOPNOTSUPP', 'EPERM']);
/**
 * A disk that cannot flush folders: SMB, VirtualBox's shared folders, network drives in WSL, virtiofs, FUSE.
 */
const cannotFlush = new Set(['EBADF', 'EINVAL', 'EISDIR', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EPERM']);

/**
 * Flushes the names in a folder to the disk, so that they survive a power cut. On a disk that has no such
 * call it does nothing: the files are flushed and whole there, but after a power cut a new one may be
 * missing.
 *
 * @throws Error as node:fs does if the disk fails (EIO) or is full (ENOSPC), or the folder does not exist.
 */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await unless(cannotOpen, () => fs.open(folder, 'r'));
  if (!handle) return;
  try {
    await unless(cannotFlush, () => handle.sync());
  } finally {
    await handle.close();
  }
}

/** Flushes a file, or a folder with everything in it. */
export async function syncAll(target: string): Promise<void> {
  if (!(await fs.stat(target)).isDirectory()) return syncFile(target);
  const names = await fs.readdir(target);
  await Promise.all(names.map((name) => syncAll(path.join(target, name))));
  await syncFolder(target);
}

/**
 * Every error counts here, also EINVAL and ENOTSUP: every disk that keeps files can flush them, and a write
 * that failed in the background is reported by this call alone.
 */
async function syncFile(target: string): Promise<void> {
  const handle = await fs.open(target, 'r+'); // Windows flushes no file opened for reading
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function unless<T>(codes: ReadonlySet<string>, act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (codes.has(codeOf(error))) return undefined;
    throw error;
  }
}
