import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { libraryFile } from './library-names.js';
import { likelyGpu } from './likely-gpu.js';
import { packageFolders, packageFoldersOnPath } from './python-folders.js';
import { torchVersion } from './torch-version.js';

/** How a PyTorch was named or where it was found. */
export type TorchSource = 'option' | 'environment' | 'virtual environment' | 'conda' | 'python3' | 'system';

/** A folder with PyTorch's libraries, usable or not. */
export interface TorchCandidate {
  /** The folder that holds libtorch_cpu. */
  path: string;
  source: TorchSource;
  /** The version that the files beside it name, such as '2.15.0+cu132'. */
  version: string | undefined;
}

/** The result of `findTorch`. */
export interface TorchSearch extends Partial<TorchCandidate> {
  /** The GPU that `registerTorchBackend` uses by default; absent if none is likely to work. */
  gpu?: 'cuda:0' | 'mps';
  /** Every folder that was searched, in order. */
  tried: string[];
}

/**
 * Looks for PyTorch. If `library` or `ALEXNET_TORCH_DIR` is set, only that folder is searched: a Python
 * environment, its `torch` package, an unpacked libtorch archive or the folder of the libraries. Otherwise
 * the order is `VIRTUAL_ENV`, `CONDA_PREFIX`, the packages of the first `python3` on the PATH, then
 * `/opt/libtorch` and `/usr/local/libtorch`.
 *
 * This only looks at files; neither Python nor PyTorch is started.
 *
 * @example
 * const { path, version, tried } = findTorch();
 */
export function findTorch(options: { library?: string } = {}): TorchSearch {
  const { candidates, tried } = searchTorch(options);
  const [first] = candidates;
  if (!first) return { tried };
  const gpu = likelyGpu(first.path);
  return { ...first, ...(gpu && { gpu }), tried };
}

/** Every PyTorch that `findTorch` could return, in its order. */
export function searchTorch({ library }: { library?: string } = {}): {
  candidates: TorchCandidate[];
  tried: string[];
} {
  const { ALEXNET_TORCH_DIR: variable, VIRTUAL_ENV, CONDA_PREFIX } = process.env;
  const named = library || variable;
  if (named) return search([{ source: library ? 'option' : 'environment', folders: foldersOf(named) }]);
  const inEnvironment = (path: string | undefined): string[] =>
    path ? packageFolders(path).map(inPackages) : [];
  return search([
    { source: 'virtual environment', folders: inEnvironment(VIRTUAL_ENV) },
    { source: 'conda', folders: inEnvironment(CONDA_PREFIX) },
    { source: 'python3', folders: packageFoldersOnPath().map(inPackages) },
    { source: 'system', folders: ['/opt/libtorch/lib', '/usr/local/libtorch/lib'] },
  ]);
}

function search(places: readonly { source: TorchSource; folders: string[] }[]): {
  candidates: TorchCandidate[];
  tried: string[];
} {
  const candidates: TorchCandidate[] = [];
  const tried = new Set<string>();
  for (const { source, folders } of places) {
    for (const path of folders) {
      if (tried.has(path)) continue;
      tried.add(path);
      if (existsSync(join(path, libraryFile('torch_cpu')))) {
        candidates.push({ path, source, version: torchVersion(path) });
      }
    }
  }
  return { candidates, tried: [...tried] };
}

/** Where the libraries may be if the user names a folder or one of the libraries. */
function foldersOf(named: string): string[] {
  const path = resolve(named);
  const folder = path.endsWith(libraryFile('torch_cpu')) ? dirname(path) : path;
  return [folder, join(folder, 'lib'), inPackages(folder), ...packageFolders(folder).map(inPackages)];
}

function inPackages(folder: string): string {
  return join(folder, 'torch', 'lib');
}
