import { dirname } from 'node:path';
import { codeOf } from '@alexnet/validate';
import { kindOf } from '../source/file-kind.js';
import type { SourceImage } from '../source/ilsvrc-source.js';

/** A file that vanished, may not be read, or is a link that leads nowhere. A failing disk has other codes. */
const CODES_OF_ONE_FILE = ['ENOENT', 'EACCES', 'EPERM', 'ELOOP', 'ENAMETOOLONG'];

/**
 * Whether an image could not be read for a reason that concerns its file alone, so that it may be skipped. It
 * is not if the whole folder is gone, as when a disk was unmounted, or if the image is inside a tar or another
 * container.
 */
export async function isUnreadableImage(error: unknown, { bytes }: SourceImage): Promise<boolean> {
  const code = codeOf((Object(error) as Error).cause);
  if (bytes.range || bytes.row || !CODES_OF_ONE_FILE.includes(code)) return false;
  return code !== 'ENOENT' || (await kindOf(dirname(bytes.file))) === 'folder';
}
