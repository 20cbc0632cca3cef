import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { libraryFile } from '../library/library-names.js';

/** Makes a Python environment with a `torch` package that has a version but no code; returns its libraries. */
export async function emptyTorch(environment: string, version: string): Promise<string> {
  const torch = join(environment, 'lib', 'python3.12', 'site-packages', 'torch');
  await mkdir(join(torch, 'lib'), { recursive: true });
  await writeFile(join(torch, 'version.py'), `from typing import Optional\n__version__ = '${version}'\n`);
  await fillLibraries(join(torch, 'lib'));
  return join(torch, 'lib');
}

/** Puts files with the names of PyTorch's libraries into a folder. */
export async function fillLibraries(folder: string): Promise<void> {
  for (const name of ['c10', 'torch_cpu'] as const) {
    await writeFile(join(folder, libraryFile(name)), 'not a library');
  }
}
