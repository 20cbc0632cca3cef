import { join } from 'node:path';
import { kindOf } from '../source/file-kind.js';
import { META_FILE } from '../source/ilsvrc-source.js';
import { firstBytes } from '../source/layouts/list-folder.js';
import { PREPARED_KIND } from './prepared-meta.js';

/**
 * Whether `prepare` wrote a folder, which then may be incomplete or damaged all the same. A `meta.json` of
 * another program does not make a folder a prepared one.
 *
 * @example
 * const data = (await isPrepared(path)) ? await openPrepared(path) : await openIlsvrc(path);
 */
export async function isPrepared(path: string): Promise<boolean> {
  const file = join(path, META_FILE);
  if ((await kindOf(file)) !== 'file') return false;
  const start = (await firstBytes(file)).toString('utf8');
  return start.trim() === '' || start.includes(`"kind": "${PREPARED_KIND}"`);
}
