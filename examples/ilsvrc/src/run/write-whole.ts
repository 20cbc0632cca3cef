import { rename, rm } from 'node:fs/promises';

/** Has a file or folder written beside and renames it: what is there under the name is whole. */
export async function writeWhole(out: string, write: (partial: string) => Promise<unknown>): Promise<void> {
  const name = out.replace(/[\\/]+$/, '');
  const partial = `${name}.partial`;
  try {
    await write(partial);
    await rename(partial, name);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw new Error(`${out}: could not be written (${(error as Error).message}).`, { cause: error });
  }
}
