import { stat } from 'node:fs/promises';

/** @throws Error of one line that names the file, unless it is one: a pipe would be waited for, and ends but once. */
export async function requireFile(path: string): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${path}: cannot be read (${error.code}).`, { cause: error });
  });
  if (!found.isFile()) throw new Error(`${path}: is no file.`);
}
