import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The path of a built program of this package, whether this module runs from its source or its build. */
export function builtProgram(name: string): string {
  const root = dirname(createRequire(import.meta.url).resolve('@alexnet/devices/package.json'));
  return join(root, 'dist', name);
}
