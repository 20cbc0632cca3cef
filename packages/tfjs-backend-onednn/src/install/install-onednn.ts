import { spawnSync } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, readlink, realpath, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { findOneDnn, libraryFile } from '../library/find-onednn.js';
import { oneDnnVersion } from '../library/load-onednn.js';
import { AptPackages } from './apt-packages.js';

/** What `installOneDnn` did. */
export interface InstalledOneDnn {
  path: string;
  version: string;
  /** False if a usable library was there already. */
  installed: boolean;
}

/** Debian's packages, and the file of each that oneDNN needs at run time. */
const packages = {
  libdnnl2: libraryFile,
  libgomp1: 'libgomp.so.1',
  'ocl-icd-libopencl1': 'libOpenCL.so.1',
} as const;

const elsewhere = 'install oneDNN 2.6 by other means and set ALEXNET_ONEDNN_LIBRARY to its libdnnl.so.2';

/**
 * Puts oneDNN 2.6 with its licences into `targetDir/lib`, unless a usable one is found already.
 *
 * It comes from the system's own package sources (Debian 12: libdnnl2, libgomp1, ocl-icd-libopencl1), needs no
 * root and changes nothing outside `targetDir`, which is written last and in one step.
 *
 * @param targetDir the project's `.onednn` folder.
 * @throws Error, one line, that says what is missing and how to get it.
 * @example
 * const { path, version } = await installOneDnn('.onednn', { onLine: (line) => console.error(line) });
 */
export async function installOneDnn(
  targetDir: string,
  options: { onLine?: (line: string) => void } = {},
): Promise<InstalledOneDnn> {
  const present = usableLibrary();
  if (present) return { ...present, installed: false };
  const missing = ['apt-get', 'apt-cache', 'dpkg-deb'].filter((tool) => spawnSync(tool, ['--version']).error);
  if (missing.length > 0) {
    throw new Error(`oneDNN 2.6 cannot be fetched here: ${missing.join(', ')} not found; ${elsewhere}.`);
  }
  const work = await mkdtemp(join(tmpdir(), 'alexnet-onednn-'));
  try {
    const root = await fetchPackages(new AptPackages(work, options.onLine));
    await place(root, resolve(targetDir));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  const path = join(resolve(targetDir), 'lib', libraryFile);
  return { path, version: oneDnnVersion(path), installed: true };
}

function usableLibrary(): { path: string; version: string } | undefined {
  const { path } = findOneDnn();
  if (!path) return undefined;
  try {
    return { path, version: oneDnnVersion(path) };
  } catch {
    return undefined; // another version, or its dependencies are missing: a copy of our own replaces it
  }
}

async function fetchPackages(apt: AptPackages): Promise<string> {
  try {
    let version = await apt.candidate('libdnnl2');
    const failure = version ? undefined : await apt.update();
    version ??= await apt.candidate('libdnnl2');
    if (!version && failure) throw new Error(failure);
    if (!version?.startsWith('2.6')) throw new Error(await unsuitable(apt, version));
    let root = '';
    for (const name of Object.keys(packages)) root = await apt.unpack(name);
    await completeLicences(apt, root);
    return root;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`oneDNN 2.6 cannot be fetched here: ${reason.replaceAll('\n', ' ')}; ${elsewhere}.`);
  }
}

async function unsuitable(apt: AptPackages, version: string | undefined): Promise<string> {
  if (version) return `this system's libdnnl2 is ${version}, only 2.6 is supported so far`;
  const newer = await apt.candidate('libdnnl3');
  const offered = newer ? `, only libdnnl3 ${newer}, which is not supported yet` : '';
  return `this system's package sources have no libdnnl2${offered}`;
}

/** A package's doc folder may be a link to another package's (libgomp1's is gcc-12-base's): fetch that too. */
async function completeLicences(apt: AptPackages, root: string): Promise<void> {
  const docs = join(root, 'usr', 'share', 'doc');
  for (const entry of await readdir(docs, { withFileTypes: true })) {
    if (entry.isSymbolicLink()) await apt.unpack(basename(await readlink(join(docs, entry.name))));
  }
}

/** Copies libraries and licences beside the target, then swaps the folder in. */
async function place(root: string, targetDir: string): Promise<void> {
  await mkdir(targetDir, { recursive: true });
  const fresh = await mkdtemp(join(targetDir, '.lib-'));
  try {
    for (const [name, file] of Object.entries(packages)) {
      const library = await realpath(await findFile(root, file));
      await cp(library, join(fresh, file));
      await cp(join(root, 'usr/share/doc', name, 'copyright'), join(fresh, `${name}.copyright`), {
        dereference: true,
      });
    }
    await chmod(fresh, 0o755); // mkdtemp makes it the owner's alone
    const lib = join(targetDir, 'lib');
    await rm(lib, { recursive: true, force: true });
    await rename(fresh, lib);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function findFile(root: string, file: string): Promise<string> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const entry = entries.find(({ name }) => name === file);
  if (!entry) throw new Error(`${file} is not in the packages fetched`);
  return join(entry.parentPath, entry.name);
}
