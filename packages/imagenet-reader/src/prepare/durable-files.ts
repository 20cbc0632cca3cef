import { open, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Puts a folder's names on the disk, so that they outlive a power cut; Windows has no such call. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Writes a file whole or not at all: under another name, to the disk, then renamed. */
export async function replaceFile(file: string, bytes: Uint8Array | string): Promise<void> {
  await writeFile(`${file}.new`, bytes, { flush: true });
  await rename(`${file}.new`, file);
  await syncFolder(dirname(file));
}
