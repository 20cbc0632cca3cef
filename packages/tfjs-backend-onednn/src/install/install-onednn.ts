import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { searchOneDnn } from '../library/find-onednn.js';
import { oneDnnVersion } from '../native/load-onednn.js';
import { AptPackages } from './apt-packages.js';
import { type FetchedOneDnn, fetchOneDnn } from './fetch-onednn.js';
import { placeLibraries } from './place-libraries.js';

/** What `installOneDnn` did. */
export interface InstalledOneDnn {
  path: string;
  version: string;
  /** False if a usable library was there already. */
  installed: boolean;
}

/** Options of `installOneDnn`. */
export interface InstallOptions {
  /** Told what apt says. */
  onLine?: (line: string) => void;
  /** Fetch it even if a usable one is found. */
  force?: boolean;
  /** Another processor's library, which is not tried out here; `process.arch` if absent. */
  arch?: 'x64' | 'arm64';
}

const elsewhere = 'install oneDNN 2.6 or 3 by other means and set ALEXNET_ONEDNN_LIBRARY to its libdnnl';

/** Debian's names of processors. */
const debianNames = { x64: 'amd64', arm64: 'arm64' } as const;

/**
 * Puts oneDNN with its licences into `targetDir/lib`, unless a usable one is found already.
 *
 * It comes from the system's own package sources, the newest that they have and that can be used (Debian 13:
 * libdnnl3.6, Debian 12: libdnnl2, each with libgomp1), needs no root and changes nothing outside `targetDir`, which
 * is written last and in one step.
 *
 * @param targetDir the project's `.onednn` folder.
 * @throws Error, one line, that says what is missing and how to get it.
 * @example
 * const { path, version } = await installOneDnn('.onednn', { onLine: (line) => console.error(line) });
 */
export async function installOneDnn(
  targetDir: string,
  options: InstallOptions = {},
): Promise<InstalledOneDnn> {
  const present = options.force ? undefined : usableLibrary();
  if (present) return { ...present, installed: false };
  const missing = ['apt-get', 'apt-cache', 'dpkg-deb'].filter((tool) => spawnSync(tool, ['--version']).error);
  if (missing.length > 0) {
    throw new Error(`oneDNN cannot be fetched here: ${missing.join(', ')} not found; ${elsewhere}.`);
  }
  const foreign = options.arch !== undefined && options.arch !== process.arch ? options.arch : undefined;
  const work = await mkdtemp(join(tmpdir(), 'alexnet-onednn-'));
  try {
    const apt = new AptPackages(work, options.onLine, foreign && debianNames[foreign]);
    const fetched = await withReason(fetchOneDnn(apt, foreign !== undefined));
    await placeLibraries(fetched, resolve(targetDir));
    return described(fetched, resolve(targetDir), foreign === undefined);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The libraries are tried where they now are, if they are for this processor. */
function described(fetched: FetchedOneDnn, targetDir: string, isOurs: boolean): InstalledOneDnn {
  const path = join(targetDir, 'lib', fetched.libraryName);
  return { path, version: isOurs ? oneDnnVersion(path) : fetched.version, installed: true };
}

function usableLibrary(): { path: string; version: string } | undefined {
  for (const { path } of searchOneDnn().candidates) {
    try {
      return { path, version: oneDnnVersion(path) };
    } catch {
      // another version, or its dependencies are missing: the next one, or a copy of our own
    }
  }
  return undefined;
}

async function withReason<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`oneDNN cannot be fetched here: ${reason.replaceAll('\n', ' ')}; ${elsewhere}.`);
  }
}
