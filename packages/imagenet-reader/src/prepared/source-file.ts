import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The file in which `prepare` keeps the state of its source, to notice later that the source has changed. It
 * is not part of `meta.json`, because equal images with other times must give an equal `meta.json`.
 */
export const SOURCE_FILE = 'source.json';

/** The text of {@link SOURCE_FILE} for a `sourceState`. */
export function stateText(state: string): string {
  const sha256 = createHash('sha256').update(state).digest('hex');
  return `${JSON.stringify({ state, sha256 })}\n`;
}

/**
 * The state of the source that a folder was prepared from; undefined if an older version prepared it, which
 * wrote no such file.
 *
 * @throws Error of one line that names the file if it is damaged.
 */
export async function readSourceState(path: string): Promise<string | undefined> {
  const file = join(path, SOURCE_FILE);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const state = /^\{"state":"([0-9a-f]{64})"/.exec(text)?.[1] ?? '';
  if (stateText(state) !== text) throw new Error(`${file} is damaged; prepare the data again.`);
  return state;
}
