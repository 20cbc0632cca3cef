import { defineConfig } from 'tsup';

export default defineConfig({
  entry: { index: 'src/index.ts' },
  format: 'esm',
  sourcemap: true,
  target: 'node20',
  silent: true,
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
  clean: true,
});
