// What a package holds: no install script, no import that its manifest does not declare, a size that is small.

import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';

/** A package that a page may want has at most this many bytes of its own, minified. */
export const CORE_LIMIT = 25_000;

/** @returns what is wrong, one line each. */
export function checkManifest({ scripts = {}, dependencies = {} }) {
  const wrong = ['preinstall', 'install', 'postinstall', 'prepare']
    .filter((name) => scripts[name])
    .map((name) => `has a script '${name}', which npm runs at the consumer's`);
  for (const [name, range] of Object.entries(dependencies)) {
    if (/^(?:file|link|workspace|git|https?):/.test(range)) wrong.push(`depends on ${name} at ${range}`);
  }
  return wrong;
}

/** @returns imports of the installed package's ESM and CJS builds that its manifest does not declare. */
export async function hiddenDependencies(projectFolder, manifest) {
  const declared = {
    ...manifest.dependencies,
    ...manifest.peerDependencies,
    ...manifest.optionalDependencies,
  };
  const known = new Set([...Object.keys(declared), ...builtinModules]);
  const folder = join(projectFolder, 'node_modules', manifest.name);
  const found = new Set();
  const collect = {
    name: 'collect-imports',
    setup({ onResolve }) {
      onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
        if (kind === 'entry-point') return undefined;
        const [scope, name] = path.replace(/^node:/, '').split('/');
        found.add(scope.startsWith('@') ? `${scope}/${name}` : scope);
        return { path, external: true };
      });
    },
  };
  for (const entry of [manifest.module, manifest.main]) {
    await build({
      entryPoints: [join(folder, entry)],
      bundle: true,
      write: false,
      platform: 'node',
      format: 'esm',
      logLevel: 'error',
      plugins: [collect],
    });
  }
  return [...found].filter((name) => !known.has(name));
}

/** @returns bytes of the package's own code, minified, and of it with all of `@alexnet` that it needs. */
export async function minifiedSizes(projectFolder, name) {
  const [own, withOthers] = await Promise.all([
    minify(projectFolder, name, (path) => path === name),
    minify(projectFolder, name, (path) => path.startsWith('@alexnet/')),
  ]);
  return { own, withOthers };
}

async function minify(projectFolder, name, isInside) {
  const externals = {
    name: 'externals',
    setup: ({ onResolve }) =>
      onResolve({ filter: /^[^./]/ }, ({ path }) => (isInside(path) ? undefined : { path, external: true })),
  };
  const { outputFiles } = await build({
    stdin: { contents: `export * from '${name}';`, resolveDir: projectFolder },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    logLevel: 'error',
    plugins: [externals],
  });
  return outputFiles[0].contents.length;
}
