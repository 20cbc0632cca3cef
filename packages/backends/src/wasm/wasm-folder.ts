import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';

const PACKAGE = '@tensorflow/tfjs-backend-wasm';

/**
 * Returns the folder of the package's .wasm files, with a trailing separator. It looks from this module, then from the
 * working directory, because a bundler may have moved this module away from the package.
 */
export function wasmFolder(): string {
  const tried: string[] = [];
  for (const from of [import.meta.url, join(process.cwd(), 'package.json')]) {
    const folder = folderSeenFrom(from);
    if (folder !== undefined && existsSync(join(folder, 'tfjs-backend-wasm.wasm'))) return folder + sep;
    tried.push(String(from));
  }
  throw new Error(`The .wasm files of ${PACKAGE} were not found (looked from ${tried.join(', ')}).`);
}

function folderSeenFrom(file: string): string | undefined {
  try {
    return dirname(createRequire(file).resolve(PACKAGE));
  } catch {
    return undefined; // the next place is tried, and the error above names both
  }
}
