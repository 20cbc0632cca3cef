import { defineConfig } from 'tsup';

export default defineConfig({
  entry: { main: 'src/main.ts' },
  format: 'esm',
  sourcemap: true,
  target: 'node20',
  silent: true,
  clean: true,
});
