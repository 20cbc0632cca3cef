import { writeFlushed } from './write-flushed.js';
import { putInPlace } from './write-whole.js';

/**
 * Writes a file whole or not at all: under a temporary name, flushed to the disk, then renamed. Until then a file that
 * has the name keeps it.
 *
 * @throws Error of one line that names the file if the system cannot write it; nothing is left behind.
 *
 * @example
 * await replaceFile('report.html', html);
 */
export async function replaceFile(
  path: string,
  content: string | Uint8Array | readonly Uint8Array[],
): Promise<void> {
  await putInPlace(path, (partial) => writeFlushed(partial, piecesOf(content)));
}

function piecesOf(content: string | Uint8Array | readonly Uint8Array[]): readonly Uint8Array[] {
  if (typeof content === 'string') return [new TextEncoder().encode(content)];
  return content instanceof Uint8Array ? [content] : content;
}
