import { readdir, readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isSupportedVersion } from '../native/versions.js';
import type { AptPackages } from './apt-packages.js';

/** oneDNN and the libraries that it needs at run time, unpacked. */
export interface FetchedOneDnn {
  /** The folder that all packages are unpacked into. */
  root: string;
  /** For each package, the name of the file that is needed, or the beginning of its name. */
  files: Record<string, string>;
  /** The file name to give oneDNN's library, such as 'libdnnl.so.3'. */
  libraryName: string;
  /** oneDNN's version, such as '3.7.2'. */
  version: string;
}

interface Package {
  name: string;
  version: string;
}

/**
 * Fetches the newest oneDNN in the system's package sources that the backend supports.
 *
 * @param update True fetches new package lists first; otherwise they are fetched only if the present lists
 * lack oneDNN.
 */
export async function fetchOneDnn(apt: AptPackages, update: boolean): Promise<FetchedOneDnn> {
  let failure = update ? await apt.update() : undefined;
  let offered = await offeredLibraries(apt);
  if (offered.length === 0 && !update) {
    failure = await apt.update();
    offered = await offeredLibraries(apt);
  }
  const chosen = offered.find(({ version }) => isSupportedVersion(version));
  if (!chosen) throw new Error(failure ?? unsuitable(offered));
  const libraryName = `libdnnl.so.${chosen.version.split('.')[0]}`;
  const files: Record<string, string> = { [chosen.name]: libraryName, libgomp1: 'libgomp.so.1' };
  if (/opencl/i.test(await apt.dependencies(chosen.name))) files['ocl-icd-libopencl1'] = 'libOpenCL.so.1';
  let root = '';
  for (const name of Object.keys(files)) root = await apt.unpack(name);
  await completeLicences(apt, root);
  return { root, files, libraryName, version: chosen.version.replace(/[^\d.].*$/, '') };
}

/** Debian's packages of the library (libdnnl2, libdnnl3.6), newest first. */
async function offeredLibraries(apt: AptPackages): Promise<Package[]> {
  const packages: Package[] = [];
  for (const name of await apt.names('libdnnl')) {
    const version = /^libdnnl\d[\d.]*$/.test(name) ? await apt.candidate(name) : undefined;
    if (version) packages.push({ name, version });
  }
  const collator = new Intl.Collator('en', { numeric: true });
  return packages.sort((a, b) => collator.compare(b.version, a.version));
}

function unsuitable(offered: readonly Package[]): string {
  const found = offered.map(({ name, version }) => `${name} ${version}`).join(', ');
  return found
    ? `this system's package sources have only ${found}, but 2.6 or 3 is required`
    : "this system's package sources have no libdnnl";
}

/**
 * Fetches packages that doc folders are links to; the doc folder of libgomp1, for example, is in gcc-12-base.
 */
async function completeLicences(apt: AptPackages, root: string): Promise<void> {
  const docs = join(root, 'usr', 'share', 'doc');
  for (const entry of await readdir(docs, { withFileTypes: true })) {
    if (entry.isSymbolicLink()) await apt.unpack(basename(await readlink(join(docs, entry.name))));
  }
}
