import { defineConfig, type Options } from 'tsup';

const common: Options = { sourcemap: true, target: 'node20', silent: true };

export default defineConfig([
  {
    ...common,
    entry: { main: 'src/main.ts', probe: 'src/probe.ts' },
    // Node loads CommonJS, as which TensorFlow.js is published, by import three times slower than by require.
    format: 'cjs',
    shims: true,
    noExternal: ['p-map'], // only an ES module
    clean: ['*.cjs', '*.cjs.map'],
  },
  {
    ...common,
    // '@alexnet/ilsvrc/embedded', for programs that want data at once, and '@alexnet/ilsvrc/shared', for other examples
    entry: { embedded: 'src/embedded.ts', shared: 'src/shared.ts' },
    format: 'esm',
    dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
    clean: ['{embedded,shared}.*', '*.js', '*.js.map'],
  },
]);
