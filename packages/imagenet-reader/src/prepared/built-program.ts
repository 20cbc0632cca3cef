import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The path of a built program of this package that the library starts, wherever this module runs from. */
export function builtProgram(name: string): string {
  const root = dirname(createRequire(import.meta.url).resolve('@alexnet/imagenet-reader/package.json'));
  return join(root, 'dist', name);
}
