import type { Options } from 'tsup';
import { withoutNode } from './tsup.browser.js';

interface Library extends Pick<Options, 'entry' | 'shims'> {
  /** Whether the source imports Node's modules, so that browsers need a build without them (dist/browser). */
  browser?: boolean;
  /** Dependencies that are only ES modules: the CommonJS build contains them, since not every loader can require them. */
  esmOnly?: string[];
}

const types = '!**/*.d.{ts,cts,mts}';
const esm = ['!**/*.js', '!**/*.js.map'];
const cjs = ['!**/*.cjs', '!**/*.cjs.map'];
const forBrowsers = '!browser/**';

/** Loaders without ES modules, such as plain Jest, cannot import(): it becomes a Promise of require(). */
const requireLazily: NonNullable<Options['esbuildOptions']> = (options, { format }) => {
  if (format === 'cjs') options.supported = { ...options.supported, 'dynamic-import': false };
};

/** How every library package is built: ESM, CommonJS and types from src/index.ts. `clean` names what others write. */
export function library({
  entry = ['src/index.ts'],
  shims = false,
  browser = false,
  esmOnly = [],
}: Library = {}): Options[] {
  const common: Options = { entry, shims, sourcemap: true, target: 'node20', silent: true };
  const builds: Options[] = [
    { ...common, format: 'esm', treeshake: true, clean: [types, ...cjs, forBrowsers] },
    {
      ...common,
      format: 'cjs', // not shaken, because Rollup would bring import() back
      esbuildOptions: requireLazily,
      noExternal: esmOnly,
      clean: [types, ...esm, forBrowsers],
    },
    {
      ...common,
      format: ['esm', 'cjs'],
      dts: { only: true, compilerOptions: { ignoreDeprecations: '6.0' } },
    },
  ];
  if (browser) {
    builds.push({
      ...common,
      entry: ['src/index.ts'],
      shims: false,
      outDir: 'dist/browser',
      platform: 'browser',
      target: 'es2022',
      format: ['esm', 'cjs'],
      esbuildOptions: requireLazily,
      esbuildPlugins: [withoutNode],
      define: { 'process.env': '{}' },
      clean: true,
    });
  }
  return builds;
}
