import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    main: 'src/main.ts',
    probe: 'src/probe.ts',
    embedded: 'src/embedded.ts', // for programs that want data at once: '@alexnet/ilsvrc/embedded'
  },
  format: ['esm'],
  clean: true,
  sourcemap: true,
  target: 'node20',
});
