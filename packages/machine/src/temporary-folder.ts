import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Makes a new folder for files that are soon removed: in the system's temporary folder (`TMPDIR`) or, if that
 * is missing, full or read-only, in the first of `fallbacks` that takes one. The caller removes it.
 *
 * @throws Error that names every folder with the reason and says to set TMPDIR.
 * @example
 * const folder = await temporaryFolder('alexnet-plan-', [dirname(output)]);
 */
export async function temporaryFolder(prefix: string, fallbacks: readonly string[] = []): Promise<string> {
  const reasons: string[] = [];
  for (const parent of new Set([tmpdir(), ...fallbacks].map((path) => resolve(path)))) {
    try {
      return await mkdtemp(join(parent, prefix));
    } catch (error) {
      reasons.push(`${parent} (${(error as NodeJS.ErrnoException).code ?? String(error)})`);
    }
  }
  throw new Error(
    `a temporary folder cannot be made in ${reasons.join(' or ')}; set TMPDIR to a folder that can be written.`,
  );
}
