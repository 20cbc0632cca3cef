import { stat } from 'node:fs/promises';

/**
 * @throws Error that names the path, if it is not a regular file; a pipe can only be read once, and only
 * forwards.
 */
export async function requireFile(path: string): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${path}: cannot be read (${error.code}).`, { cause: error });
  });
  if (!found.isFile()) throw new Error(`${path}: this is not a regular file.`);
}
