import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Options of {@link temporaryFolder}. */
export interface TemporaryFolderOptions {
  /** The most characters of the folder's path; no limit. The path of a socket has a limit of the system. */
  readonly longest?: number;
}

/** Characters that are added to a prefix. */
const RANDOM = 6;

/**
 * Makes a new folder for files that are soon removed: in the system's temporary folder (`TMPDIR`) or, if that
 * is missing, full, read-only or too long, in the first of `fallbacks` that takes one. The caller removes it.
 *
 * @throws Error that names every folder with the reason and says to set TMPDIR.
 * @example
 * const folder = await temporaryFolder('alexnet-plan-', [dirname(output)]);
 */
export async function temporaryFolder(
  prefix: string,
  fallbacks: readonly string[] = [],
  { longest = Number.POSITIVE_INFINITY }: TemporaryFolderOptions = {},
): Promise<string> {
  const reasons: string[] = [];
  for (const parent of new Set([tmpdir(), ...fallbacks].map((path) => resolve(path)))) {
    const path = join(parent, prefix);
    if (path.length + RANDOM > longest) {
      reasons.push(`${parent} (its path is too long)`);
      continue;
    }
    try {
      return await mkdtemp(path);
    } catch (error) {
      reasons.push(`${parent} (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
    }
  }
  throw new Error(
    `a temporary folder cannot be made in ${reasons.join(' or ')}; set TMPDIR to a folder that can be written.`,
  );
}
