import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * The path of a built program of this package, whether this module runs from its source, its build or a bundle. One of
 * CommonJS has no `import.meta.url`, and is then the program that runs. The programs are CommonJS themselves, because Node
 * requires TensorFlow.js three times as fast as it imports it.
 *
 * @throws Error that says what to do if the package is not installed there.
 */
export function builtProgram(name: string): string {
  const from = import.meta.url ?? process.argv[1];
  try {
    return join(dirname(createRequire(from).resolve('@alexnet/devices/package.json')), 'dist', name);
  } catch (cause) {
    throw new Error(
      `@alexnet/devices is not installed where ${from} runs: install it there, and leave it out of the bundle ` +
        '(external), because a tower runs in a program of its own.',
      { cause },
    );
  }
}
