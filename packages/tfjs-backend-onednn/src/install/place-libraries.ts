import { chmod, cp, mkdir, mkdtemp, readdir, realpath, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FetchedOneDnn } from './fetch-onednn.js';

/** Copies libraries and licenses to a folder next to `targetDir/lib`, then replaces `lib` with it. */
export async function placeLibraries({ root, files }: FetchedOneDnn, targetDir: string): Promise<void> {
  await mkdir(targetDir, { recursive: true });
  const fresh = await mkdtemp(join(targetDir, '.lib-'));
  try {
    for (const [name, file] of Object.entries(files)) {
      await cp(await realpath(await findFile(root, file)), join(fresh, file));
      await cp(join(root, 'usr/share/doc', name, 'copyright'), join(fresh, `${name}.copyright`), {
        dereference: true,
      });
    }
    await chmod(fresh, 0o755); // mkdtemp lets only the owner in
    const lib = join(targetDir, 'lib');
    await rm(lib, { recursive: true, force: true });
    await rename(fresh, lib);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/**
 * Finds the file of that name, or of that name with a longer version, such as libdnnl.so.3.7 for
 * libdnnl.so.3.
 */
async function findFile(root: string, file: string): Promise<string> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const entry =
    entries.find(({ name }) => name === file) ?? entries.find(({ name }) => name.startsWith(`${file}.`));
  if (!entry) throw new Error(`${file} is not in the fetched packages`);
  return join(entry.parentPath, entry.name);
}
