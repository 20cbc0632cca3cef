import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    main: 'src/main.ts',
    probe: 'src/probe.ts',
    embedded: 'src/embedded.ts', // for programs that want data at once: '@alexnet/ilsvrc/embedded'
  },
  dts: { entry: 'src/embedded.ts', compilerOptions: { ignoreDeprecations: '6.0' } },
  format: ['esm'],
  clean: true,
  sourcemap: true,
  target: 'node20',
});
