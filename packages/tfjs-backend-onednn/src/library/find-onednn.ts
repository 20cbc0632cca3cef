import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { libraryNames, librarySearchFolders } from './library-names.js';

/** How a library was named or where it was found. */
export type OneDnnSource = 'option' | 'environment' | 'project' | 'platform package' | 'system';

/** A library file that exists, usable or not. */
export interface OneDnnCandidate {
  path: string;
  source: OneDnnSource;
  /** True if an option or the environment names it, so that no other library may replace it. */
  named: boolean;
}

/** The result of `findOneDnn`. */
export interface OneDnnSearch {
  /** The library's path; absent if no library was found. */
  path?: string;
  source?: OneDnnSource;
  /** Every location that was searched, in order. */
  tried: string[];
}

/**
 * Looks for oneDNN's library. If `library` or `ALEXNET_ONEDNN_LIBRARY` is set, only that path is searched.
 * Otherwise the project's folder comes first (`ALEXNET_ONEDNN_DIR`, or `.onednn` in the nearest ancestor of
 * the working directory or of this module), then the package `@alexnet/onednn-<platform>-<arch>`, then the
 * system's folders.
 *
 * This only looks at files; `registerOneDnnBackend` uses the first library that can be loaded.
 *
 * @example
 * const { path, source, tried } = findOneDnn();
 */
export function findOneDnn(options: { library?: string } = {}): OneDnnSearch {
  const { candidates, tried } = searchOneDnn(options);
  const [first] = candidates;
  return first ? { path: first.path, source: first.source, tried } : { tried };
}

/** Every library that `findOneDnn` could return, in its order, without further names of the same file. */
export function searchOneDnn(options: { library?: string } = {}): {
  candidates: OneDnnCandidate[];
  tried: string[];
} {
  const { ALEXNET_ONEDNN_LIBRARY: variable, ALEXNET_ONEDNN_DIR: folder } = process.env;
  const named = options.library || variable;
  if (named) {
    const path = resolve(named);
    const source = options.library ? 'option' : 'environment';
    return { candidates: existsSync(path) ? [{ path, source, named: true }] : [], tried: [path] };
  }
  const locations: Location[] = [
    { source: 'project', folders: folder ? [join(resolve(folder), 'lib')] : [], named: true },
    { source: 'project', folders: projectFolders() },
    { source: 'platform package', folders: platformPackageFolders() },
    { source: 'system', folders: librarySearchFolders() },
  ];
  return searchLocations(locations);
}

interface Location {
  source: OneDnnSource;
  folders: string[];
  named?: boolean;
}

function searchLocations(locations: readonly Location[]): { candidates: OneDnnCandidate[]; tried: string[] } {
  const search = { candidates: [] as OneDnnCandidate[], tried: [] as string[] };
  const seen = new Set<string>();
  for (const { source, folders, named = false } of locations) {
    for (const folder of new Set(folders)) {
      search.tried.push(join(folder, libraryNames.pattern));
      for (const path of librariesIn(folder)) {
        const file = realpathSync(path);
        if (!seen.has(file)) search.candidates.push({ path, source, named });
        seen.add(file);
      }
    }
  }
  return search;
}

/**
 * oneDNN's libraries in a folder: version 3 before 2, then short names before longer ones, then new before
 * old.
 */
function librariesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const collator = new Intl.Collator('en', { numeric: true });
  const rank = (name: string): [number, number] => {
    const version = (libraryNames.matches.exec(name)?.[1] ?? '').split('.');
    return [Number(version[0] ?? 0), -version.length];
  };
  return readdirSync(folder)
    .filter((name) => libraryNames.matches.test(name) && existsSync(join(folder, name)))
    .sort((a, b) => {
      const [p, q] = [rank(a), rank(b)];
      return q[0] - p[0] || q[1] - p[1] || collator.compare(b, a);
    })
    .map((name) => join(folder, name));
}

/** Every existing `.onednn/lib` in an ancestor of the working directory or of this module, nearest first. */
function projectFolders(): string[] {
  const ancestors = [process.cwd(), dirname(thisModule())].flatMap(withAncestors);
  return [...new Set(ancestors)]
    .map((ancestor) => join(ancestor, '.onednn', 'lib'))
    .filter((path) => existsSync(path));
}

/** This file, or in a bundle of CommonJS, which has no `import.meta.url`, the program that runs. */
function thisModule(): string {
  return import.meta.url ? fileURLToPath(import.meta.url) : resolve(process.argv[1] ?? '.');
}

function withAncestors(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...withAncestors(parent)];
}

/**
 * The library folder of the npm package that contains oneDNN for this platform, if the package is installed.
 */
function platformPackageFolders(): string[] {
  const name = `@alexnet/onednn-${process.platform}-${process.arch}`;
  try {
    return [join(dirname(createRequire(thisModule()).resolve(`${name}/package.json`)), 'lib')];
  } catch {
    return []; // the optional dependency is not installed
  }
}
