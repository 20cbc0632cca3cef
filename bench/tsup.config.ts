import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/main.ts', 'src/contestants/engine.ts', 'src/contestants/onnxruntime.ts'],
  format: ['esm'],
  clean: true,
  sourcemap: true,
  target: 'node20',
  silent: true,
});
