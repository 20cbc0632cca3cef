import type { Options } from 'tsup';

/** How every library package is built: ESM and CJS with types, from src/index.ts. */
export const library: Options = {
  entry: ['src/index.ts'],
  format: ['esm', 'cjs'],
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
  clean: true,
  sourcemap: true,
  target: 'node20',
  treeshake: true,
  silent: true,
};
