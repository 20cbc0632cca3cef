import { createRequire } from 'node:module';

/**
 * The path of a file of an installed package, seen from this module. A bundler may have put this module into a file of its
 * own; one of CommonJS has no `import.meta.url`, and is then the program that runs.
 *
 * @throws Error that says what to do if the package is not installed there.
 */
export function installedFile(specifier: string): string {
  const from = import.meta.url ?? process.argv[1];
  try {
    return createRequire(from).resolve(specifier);
  } catch (cause) {
    throw new Error(
      `${specifier} is not installed where ${from} runs: install @alexnet/imagenet-reader there and, so that its ` +
        'threads and processes find their files, leave it out of the bundle (external).',
      { cause },
    );
  }
}
