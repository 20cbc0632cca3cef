import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/main.ts', 'src/contestants/{engine,onnxruntime,reader,bare-sharp,trainer,devices}.ts'],
  format: ['esm'],
  clean: true,
  sourcemap: true,
  target: 'node20',
  silent: true,
});
