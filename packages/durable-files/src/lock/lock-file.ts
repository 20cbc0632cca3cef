import * as fs from 'node:fs/promises';
import { codeOf } from '../write-error.js';
import type { ProcessIdentity } from './process-identity.js';

/** What a lock file says of its holder. */
export interface LockHolder extends ProcessIdentity {
  /** Differs from lock to lock. */
  readonly token: string;
  /** The holder counts `beat` up as often. */
  readonly beatSeconds: number;
  /** What the holder does, as in 'which is training in the same folder'. */
  readonly work: string;
  /** Counted up by the heartbeat. */
  readonly beat: number;
}

/**
 * The count comes first and has a fixed length, so that the heartbeat replaces it without rewriting the file.
 */
export const beatOffset: number = '{"beat":'.length;
export const beatDigits = 12;

/** The text of a new lock file. */
export function lockText({ beat: _, ...holder }: LockHolder): string {
  return `{"beat":${'0'.padStart(beatDigits)},${JSON.stringify(holder).slice(1)}\n`;
}

/**
 * Undefined if there is no lock, if it is being written, or if its writer was killed while writing.
 *
 * @throws Error as node:fs does if it cannot be read.
 */
export async function readHolder(file: string): Promise<LockHolder | undefined> {
  const text = await fs.readFile(file, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  });
  try {
    return JSON.parse(text) as LockHolder;
  } catch {
    return undefined;
  }
}
