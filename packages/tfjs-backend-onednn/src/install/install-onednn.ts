import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { temporaryFolder } from '@alexnet/machine';
import { searchOneDnn } from '../library/find-onednn.js';
import { oneDnnVersion } from '../native/load-onednn.js';
import { AptPackages } from './apt-packages.js';
import { type FetchedOneDnn, fetchOneDnn } from './fetch-onednn.js';
import { placeLibraries } from './place-libraries.js';

/** The result of `installOneDnn`. */
export interface InstalledOneDnn {
  path: string;
  version: string;
  /** False if a usable library was found already. */
  installed: boolean;
}

/** Options of `installOneDnn`. */
export interface InstallOptions {
  /** Receives each line of apt's output. */
  onLine?: (line: string) => void;
  /** True fetches oneDNN even if a usable library is found. */
  force?: boolean;
  /**
   * The processor to fetch the library for, `process.arch` by default. Another processor's library is not
   * loaded.
   */
  arch?: 'x64' | 'arm64';
}

const elsewhere = 'install oneDNN 2.6 or 3 by other means and set ALEXNET_ONEDNN_LIBRARY to its libdnnl';

/** Debian's names for processors. */
const debianNames = { x64: 'amd64', arm64: 'arm64' } as const;

/**
 * Puts oneDNN and its licenses into `targetDir/lib`, unless a usable library is found already.
 *
 * It fetches the newest supported version from the system's package sources (libdnnl3.6 in Debian 13,
 * libdnnl2 in Debian 12, each with libgomp1). It needs no root and changes nothing outside `targetDir`, which
 * is written last and in one step.
 *
 * @param targetDir the project's `.onednn` folder.
 * @throws Error that says in one line what is missing and how to get it.
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
  const work = await temporaryFolder('alexnet-onednn-', [dirname(resolve(targetDir))]);
  try {
    const apt = new AptPackages(work, options.onLine, foreign && debianNames[foreign]);
    const fetched = await withReason(fetchOneDnn(apt, foreign !== undefined));
    await placeLibraries(fetched, resolve(targetDir));
    return described(fetched, resolve(targetDir), foreign === undefined);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Loads the installed library to find its version, if it is for this processor. */
function described(fetched: FetchedOneDnn, targetDir: string, isOurs: boolean): InstalledOneDnn {
  const path = join(targetDir, 'lib', fetched.libraryName);
  return { path, version: isOurs ? oneDnnVersion(path) : fetched.version, installed: true };
}

function usableLibrary(): { path: string; version: string } | undefined {
  for (const { path } of searchOneDnn().candidates) {
    try {
      return { path, version: oneDnnVersion(path) };
    } catch {
      // an unsupported version, or its dependencies are missing: try the next library
    }
  }
  return undefined;
}

async function withReason<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const reason = (error as Error).message ?? String(error);
    throw new Error(`oneDNN cannot be fetched here: ${reason.replaceAll('\n', ' ')}; ${elsewhere}.`);
  }
}
