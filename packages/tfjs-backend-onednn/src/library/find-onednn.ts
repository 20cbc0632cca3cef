import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where a library was named or found. */
export type OneDnnSource = 'option' | 'environment' | 'project' | 'system';

/** The answer of `findOneDnn`. */
export interface OneDnnSearch {
  /** The library's path; absent if none was found. */
  path?: string;
  source?: OneDnnSource;
  /** Every place that was looked at, in order. */
  tried: string[];
}

/** The file that oneDNN 2 installs, its soname. */
export const libraryFile = 'libdnnl.so.2';

/**
 * Looks for oneDNN's library: the path given (or `ALEXNET_ONEDNN_LIBRARY`) and nothing else if there is one;
 * otherwise the project's folder (`ALEXNET_ONEDNN_DIR`, or `.onednn` in the nearest ancestor of the working
 * directory or of this module), then the system's library folders.
 *
 * It looks at files only; `registerOneDnnBackend` checks the version.
 *
 * @example
 * const { path, source, tried } = findOneDnn();
 */
export function findOneDnn(options: { library?: string } = {}): OneDnnSearch {
  const tried: string[] = [];
  const found = (path: string, source: OneDnnSource): OneDnnSearch | undefined => {
    if (!tried.includes(path)) tried.push(path);
    return existsSync(path) ? { path, source, tried } : undefined;
  };

  const { ALEXNET_ONEDNN_LIBRARY: named, ALEXNET_ONEDNN_DIR: folder } = process.env;
  if (options.library) return found(resolve(options.library), 'option') ?? { tried };
  if (named) return found(resolve(named), 'environment') ?? { tried };

  const projects = [...(folder ? [resolve(folder)] : []), ...projectFolders()];
  for (const project of projects) {
    const hit = found(join(project, 'lib', libraryFile), 'project');
    if (hit) return hit;
  }
  for (const systemFolder of systemFolders()) {
    const hit = found(join(systemFolder, libraryFile), 'system');
    if (hit) return hit;
  }
  return { tried };
}

/** `.onednn` of every ancestor of the working directory and of this module, nearest first; existing ones only. */
function projectFolders(): string[] {
  const ancestors = [process.cwd(), dirname(fileURLToPath(import.meta.url))].flatMap(withAncestors);
  return [...new Set(ancestors)]
    .map((ancestor) => join(ancestor, '.onednn'))
    .filter((path) => existsSync(path));
}

function withAncestors(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...withAncestors(parent)];
}

/** Where a system's own loader looks. */
export function systemFolders(): string[] {
  const fromPath = (process.env.LD_LIBRARY_PATH ?? '').split(':').filter(Boolean);
  return [...fromPath, '/usr/lib/x86_64-linux-gnu', '/usr/local/lib', '/usr/lib64', '/usr/lib'];
}
