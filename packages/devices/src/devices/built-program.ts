import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A built program of this package that runs beside the library, wherever this module runs from. */
export function builtProgram(name: string): string {
  const root = dirname(createRequire(import.meta.url).resolve('@alexnet/devices/package.json'));
  return join(root, 'dist', name);
}
