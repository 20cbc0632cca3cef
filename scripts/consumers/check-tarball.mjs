// Checks an installed package: no install scripts, no imports that its manifest does not declare, a small size.

import { readdir, readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import ts from 'typescript';

/** A package for web pages has at most this many bytes of its own, minified, before anything is loaded lazily. */
export const CORE_LIMIT = 25_000;

export const installedManifest = async (project, name) =>
  JSON.parse(await readFile(join(project, 'node_modules', name, 'package.json'), 'utf8'));

/** @returns one line for each problem. */
export function checkManifest({ scripts = {}, dependencies = {} }) {
  const wrong = ['preinstall', 'install', 'postinstall']
    .filter((name) => scripts[name])
    .map((name) => `has a script '${name}', which npm runs when a consumer installs it`);
  for (const [name, range] of Object.entries(dependencies)) {
    if (/^(?:file|link|workspace|git|https?):/.test(range)) wrong.push(`depends on ${name} at ${range}`);
  }
  return wrong;
}

/** @returns one line for each installed package, including indirect dependencies, that has an install script. */
export async function installScripts(project) {
  const lock = JSON.parse(await readFile(join(project, 'node_modules/.package-lock.json'), 'utf8'));
  return Object.entries(lock.packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => `installs ${path.replace(/^.*node_modules\//, '')}, which has an install script`);
}

/** @returns one line for each import of the built files, including types, that the manifest does not declare. */
export async function hiddenDependencies(project, manifest) {
  const declared = {
    ...manifest.dependencies,
    ...manifest.peerDependencies,
    ...manifest.optionalDependencies,
  };
  const known = new Set([manifest.name, ...Object.keys(declared), ...builtinModules]);
  const dist = join(project, 'node_modules', manifest.name, 'dist');
  const files = (await readdir(dist, { recursive: true })).filter((file) => /\.[cm]?(?:js|ts)$/.test(file));
  if (files.length === 0) throw new Error(`${dist} has no code and no types.`);
  const hidden = [];
  for (const file of files) {
    const { importedFiles, typeReferenceDirectives } = ts.preProcessFile(
      await readFile(join(dist, file), 'utf8'),
      true,
      true,
    );
    for (const { fileName } of [...importedFiles, ...typeReferenceDirectives]) {
      if (!fileName.startsWith('.') && !known.has(packageOf(fileName)))
        hidden.push(`dist/${file} imports ${fileName}, which its package.json does not declare`);
    }
  }
  return hidden;
}

/** The package of a module, or the name of a Node module without `node:`. */
function packageOf(specifier) {
  const [scope, name] = specifier.replace(/^node:/, '').split('/');
  return scope.startsWith('@') ? `${scope}/${name}` : scope;
}

/**
 * @returns minified bytes of the package: `own` is its own code that an import loads, `withOthers` includes its dependencies
 *   in `@alexnet`, and `lazy` is its own code behind an `import()`.
 */
export async function minifiedSizes(project, name) {
  const [own, all] = await Promise.all([
    minify(project, name, (path) => path === name),
    minify(project, name, (path) => path.startsWith('@alexnet/')),
  ]);
  return { own: own.eager, lazy: own.lazy, withOthers: all.eager };
}

async function minify(project, name, isInside) {
  const externals = {
    name: 'externals',
    setup: ({ onResolve }) =>
      onResolve({ filter: /^[^./]/ }, ({ path }) => (isInside(path) ? undefined : { path, external: true })),
  };
  const { metafile } = await build({
    stdin: { contents: `export * from '${name}';`, resolveDir: project },
    bundle: true,
    minify: true,
    splitting: true,
    write: false,
    metafile: true,
    outdir: project,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    logLevel: 'silent',
    plugins: [externals],
  });
  const { outputs } = metafile;
  const eager = new Set();
  const load = (file) => {
    if (eager.has(file)) return;
    eager.add(file);
    for (const { path, kind, external } of outputs[file].imports)
      if (kind === 'import-statement' && !external) load(path);
  };
  load(Object.keys(outputs).find((file) => outputs[file].entryPoint === '<stdin>'));
  const bytes = (isEager) =>
    Object.entries(outputs).reduce(
      (sum, [file, { bytes }]) => sum + (eager.has(file) === isEager ? bytes : 0),
      0,
    );
  return { eager: bytes(true), lazy: bytes(false) };
}
