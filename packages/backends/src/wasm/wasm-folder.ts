import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';

const PACKAGE = '@tensorflow/tfjs-backend-wasm';

/**
 * Returns the folder of the package's .wasm files, with a trailing separator. It looks from this module, then from the
 * program that runs and from the working directory, because a bundler may have moved this module.
 */
export function wasmFolder(): string {
  const tried: string[] = [];
  const places = [import.meta.url, process.argv[1], join(process.cwd(), 'package.json')];
  for (const from of places.filter((place) => place !== undefined)) {
    const folder = folderSeenFrom(from);
    if (folder !== undefined && existsSync(join(folder, 'tfjs-backend-wasm.wasm'))) return folder + sep;
    tried.push(from);
  }
  throw new Error(
    `The .wasm files of ${PACKAGE} were not found (looked from ${tried.join(', ')}); leave it out of the bundle (external).`,
  );
}

function folderSeenFrom(file: string): string | undefined {
  try {
    return dirname(createRequire(file).resolve(PACKAGE));
  } catch {
    return undefined; // the next place is tried, and the error above names both
  }
}
