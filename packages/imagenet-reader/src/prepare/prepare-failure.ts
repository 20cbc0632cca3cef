import type { WorkFolder } from './work-folder.js';

const REMEDY: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space or choose another disk',
  EDQUOT: 'the disk quota is used up: free some space or choose another disk',
  EFBIG: 'a shard is too large for this file system: set shardImages lower',
  EACCES: 'writing is not permitted: choose another folder',
  EPERM: 'writing is not permitted: choose another folder',
  EROFS: 'the file system is read-only: choose another folder',
};

/** Turns what stopped `prepare` into a line that says what to do, and that what was done is kept. */
export function explainFailure(
  error: unknown,
  { path, work, signal }: { path: string; work: WorkFolder | undefined; signal: AbortSignal | undefined },
): unknown {
  if (!(error instanceof Error) && !signal?.aborted) return error;
  const kept = work && `What is done is kept in ${work.path}: run the same again to go on.`;
  if (signal?.aborted) {
    const message = `${path} is not finished: preparing was stopped. ${kept ?? ''}`.trim();
    return Object.assign(new Error(message, { cause: error }), { name: 'AbortError' });
  }
  const { message, code } = error as NodeJS.ErrnoException;
  const remedy = REMEDY[String(code)];
  const why = remedy ? `${path} is not finished, ${remedy} (${code}).` : message;
  return kept || remedy ? new Error([why, kept].filter(Boolean).join(' '), { cause: error }) : error;
}
