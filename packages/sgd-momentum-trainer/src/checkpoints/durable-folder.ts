/**
 * Writes files into a new folder and puts it in the place of another of the same name: on the disk and whole, or not at
 * all. Whoever is killed between the two renames finds the one that was there under `.previous`, see
 * {@link wholeFolder}.
 *
 * @throws what the file system says (a full disk, no permission); the folder that was there is then untouched.
 */
export async function replaceFolder(
  directory: string,
  files: Iterable<readonly [name: string, pieces: readonly Uint8Array[]]>,
): Promise<void> {
  const { mkdir, rename, rm } = await import('node:fs/promises');
  const { dirname } = await import('node:path');
  const partial = `${directory}.partial`;
  const previous = `${directory}.previous`;
  try {
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    await Promise.all([...files].map(([name, pieces]) => writeDurably(`${partial}/${name}`, pieces)));
    await syncFolder(partial);
    if (await exists(directory)) {
      await rm(previous, { recursive: true, force: true });
      await rename(directory, previous);
    } // else a save was killed between its renames, and the whole one is the previous
    await rename(partial, directory);
    await syncFolder(dirname(directory));
    await rm(previous, { recursive: true, force: true });
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

/** The folder itself; the one before it if it was being replaced; nothing if there is neither. */
export async function wholeFolder(directory: string): Promise<string | undefined> {
  for (const folder of [directory, `${directory}.previous`]) if (await exists(folder)) return folder;
  return undefined;
}

/** In one call: `writeFile` would ask the event loop, which training holds for seconds, every 512 KiB. */
async function writeDurably(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  const { open } = await import('node:fs/promises');
  const file = await open(path, 'w');
  try {
    let left = pieces.filter(({ length }) => length > 0);
    while (left.length > 0) left = rest(left, (await file.writev(left)).bytesWritten);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** What is left of pieces when so many bytes of them are written. */
function rest(pieces: readonly Uint8Array[], written: number): Uint8Array[] {
  let skip = written;
  return pieces.flatMap((piece) => {
    const begin = Math.min(skip, piece.length);
    skip -= begin;
    return begin < piece.length ? [piece.subarray(begin)] : [];
  });
}

/** Puts a folder's names on the disk, so that they outlive a power cut; Windows has no such call. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const { open } = await import('node:fs/promises');
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function exists(path: string): Promise<boolean> {
  const { stat } = await import('node:fs/promises');
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
