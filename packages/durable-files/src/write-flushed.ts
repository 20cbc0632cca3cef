import * as fs from 'node:fs/promises';

/**
 * Writes pieces one after the other into a new file and flushes it to the disk.
 *
 * `writev` takes all of them in one call: `writeFile` returns to the event loop, which training may hold for seconds,
 * after every 512 KiB.
 */
export async function writeFlushed(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  const file = await fs.open(path, 'w');
  try {
    let left = pieces.filter(({ length }) => length > 0);
    while (left.length > 0) left = unwritten(left, (await file.writev(left)).bytesWritten);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** What remains of the pieces after so many bytes of them have been written. */
function unwritten(pieces: readonly Uint8Array[], written: number): Uint8Array[] {
  let skip = written;
  return pieces.flatMap((piece) => {
    const begin = Math.min(skip, piece.length);
    skip -= begin;
    return begin < piece.length ? [piece.subarray(begin)] : [];
  });
}
