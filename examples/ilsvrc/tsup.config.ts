import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/main.ts', 'src/probe.ts', 'src/devices/tower-thread.ts'],
  format: ['esm'],
  clean: true,
  sourcemap: true,
  target: 'node20',
});
