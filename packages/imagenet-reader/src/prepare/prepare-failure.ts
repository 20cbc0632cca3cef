import { codeOf, messageOf } from '@alexnet/validate';
import type { WorkFolder } from './work-folder.js';

/** What an error of the system means here, and what to do about it. */
const causes: Readonly<Record<string, readonly [problem: string, remedy: string]>> = {
  ENOSPC: ['the disk is full', 'free some space or choose another disk'],
  EDQUOT: ['the disk quota is used up', 'free some space or choose another disk'],
  EFBIG: ['a shard is too large for this file system', 'set a lower shardImages'],
  EACCES: ['writing is not permitted', 'choose another folder'],
  EPERM: ['writing is not permitted', 'choose another folder'],
  EROFS: ['the file system is read-only', 'choose another folder'],
};

/** Turns what stopped `prepare` into one line that says what to do and where finished work is kept. */
export function explainFailure(
  error: unknown,
  { path, work, signal }: { path: string; work: WorkFolder | undefined; signal: AbortSignal | undefined },
): unknown {
  const kept = work && `What is done is kept in ${work.path}; run the same again to resume.`;
  if (signal?.aborted) {
    const message = `${path} is not finished: preparing was stopped. ${kept ?? ''}`.trim();
    return Object.assign(new Error(message, { cause: error }), { name: 'AbortError' });
  }
  const code = codeOf(error);
  const known = causes[code];
  const why = known ? `${path} is not finished: ${known[0]} (${code}); ${known[1]}.` : messageOf(error);
  return kept || known ? new Error([why, kept].filter(Boolean).join(' '), { cause: error }) : error;
}
