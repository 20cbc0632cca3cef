import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Split } from '../source/ilsvrc-source.js';
import type { FilesState } from '../source/source-state.js';

/**
 * The file in which `prepare` keeps the state of its source, to notice later that the source has changed. It
 * is not part of `meta.json`, because equal images with other times must give an equal `meta.json`.
 */
export const SOURCE_FILE = 'source.json';

/**
 * The state of the files behind every shard, in the order of the source. A shard that an older version
 * prepared has null.
 */
export type SourceState = Readonly<Record<Split, readonly (FilesState | null)[]>>;

/** The text of {@link SOURCE_FILE}. */
export function sourceText(state: SourceState): string {
  const json = JSON.stringify(state);
  return `{"state":${json},"sha256":"${createHash('sha256').update(json).digest('hex')}"}\n`;
}

/**
 * The state of the source that a folder was prepared from; undefined if an older version prepared it, which
 * wrote no such file.
 *
 * @throws Error of one line that names the file if it is damaged.
 */
export async function readSourceFile(path: string): Promise<SourceState | undefined> {
  const file = join(path, SOURCE_FILE);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    const { state } = JSON.parse(text);
    if (sourceText(state) === text) return state;
  } catch {} // a file that is not JSON is damaged as well
  throw new Error(`${file} is damaged; prepare the data again.`);
}
