// Bundles the page of a folder, `index.html` with `main.js`, as users of each bundler do: with its defaults for browsers.

import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire, isBuiltin } from 'node:module';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { createLogger, build as viteBuild } from 'vite';

/** Each writes the bundled page to `outDir` and adds the bundler's warnings and errors to `wrong`. */
export const bundlers = { vite, 'webpack 5': webpack5, esbuild: withEsbuild };

async function vite({ folder, outDir, wrong }) {
  const customLogger = createLogger('silent');
  for (const kind of ['warn', 'warnOnce', 'error']) customLogger[kind] = (message) => wrong.push(message);
  await viteBuild({
    root: folder,
    customLogger,
    configFile: false,
    logLevel: 'warn',
    build: { outDir, target: 'esnext', chunkSizeWarningLimit: 5000 },
  });
}

async function webpack5({ project, folder, outDir, wrong }) {
  const webpack = createRequire(join(project, 'package.json'))('webpack');
  const options = {
    mode: 'production',
    context: folder,
    entry: './main.js',
    output: { path: outDir, publicPath: '/' },
    experiments: { topLevelAwait: true },
    performance: { hints: false },
    optimization: { minimize: false, concatenateModules: false }, // slow, and they change nothing here
  };
  const stats = await new Promise((resolve, reject) => {
    webpack(options, (error, done) => (error ? reject(error) : resolve(done)));
  });
  const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
  for (const { moduleName, message } of [...errors, ...warnings]) wrong.push(`${moduleName}: ${message}`);
  await writeFile(join(outDir, 'index.html'), '<!doctype html><script src="/main.js"></script>\n');
}

async function withEsbuild({ folder, outDir, wrong }) {
  const { errors, warnings, metafile } = await esbuild
    .build({
      absWorkingDir: folder,
      entryPoints: ['main.js'],
      bundle: true,
      minify: true,
      splitting: true,
      format: 'esm',
      outdir: outDir,
      metafile: true,
      logLevel: 'silent',
    })
    .catch((failure) => failure);
  for (const { text, location } of [...errors, ...warnings]) wrong.push(`${location?.file}: ${text}`);
  for (const { imports } of Object.values(metafile?.outputs ?? {}))
    for (const { path } of imports) if (isBuiltin(path)) wrong.push(`the bundle imports ${path}`);
  await copyFile(join(folder, 'index.html'), join(outDir, 'index.html'));
}

/** The bytes of the JavaScript in a folder of bundles. */
export async function bundledBytes(outDir) {
  const files = (await readdir(outDir, { recursive: true })).filter((file) => file.endsWith('.js'));
  const contents = await Promise.all(files.map((file) => readFile(join(outDir, file))));
  return contents.reduce((sum, { length }) => sum + length, 0);
}
