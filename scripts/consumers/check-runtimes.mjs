// Runs one program that uses files, threads, processes and native code: bundled by esbuild into one file for Node, and under
// Bun and Deno, whose binaries come with their npm packages.

import { copyFile, cp, mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { compareResults, copyPrograms, promised } from './in-node-results.mjs';
import { install, run } from './pack.mjs';
import { provideInputs } from './provide-inputs.mjs';

const PROGRAM = 'print-in-node.mjs';

/** Makes the folder of `project` in which the program runs. */
export async function provideProgram(project) {
  const folder = join(project, 'runtimes');
  await mkdir(folder);
  await copyPrograms(['in-node.mjs', PROGRAM], folder);
  await provideInputs('jest', folder);
  return folder;
}

/** Bundles the program into one file, and runs it where the packages are installed. */
export async function checkOneFile(folder, wrong) {
  await esbuild.build({
    absWorkingDir: folder,
    entryPoints: [PROGRAM],
    bundle: true,
    platform: 'node',
    format: 'cjs', // TensorFlow.js itself calls require()
    external: ['koffi', 'sharp'],
    outfile: 'in-node.cjs',
    logLevel: 'silent',
  });
  const { stdout } = await run(process.execPath, ['in-node.cjs'], folder);
  compareResults(stdout, promised, wrong);
}

/** Runs the bundled file where only the packages with native code are installed: each line says what is missing. */
export async function checkFileAlone(folder, alone, wrong) {
  await mkdir(join(alone, 'node_modules'), { recursive: true });
  const installed = join(folder, '../node_modules');
  for (const name of ['sharp', '@img', 'koffi', '@koromix', 'detect-libc', 'semver']) {
    const isInstalled = (await readdir(installed)).includes(name);
    if (isInstalled) await symlink(join(installed, name), join(alone, 'node_modules', name));
  }
  await copyFile(join(folder, 'in-node.cjs'), join(alone, 'in-node.cjs'));
  await cp(join(folder, 'photographs'), join(alone, 'photographs'), { recursive: true });
  const missing = (file) =>
    new RegExp(`^${file} is not installed where .*in-node.cjs runs: install @alexnet/imagenet-reader there`);
  const { stdout } = await run(process.execPath, ['in-node.cjs'], alone);
  compareResults(
    stdout,
    {
      ...promised,
      oneDNN: /^(?:system|undefined)$/,
      onednn: /^onednn 6$|^oneDNN not found/,
      auto: /^(?:onednn|cpu) 6$/,
      wasm: /^The \.wasm files of @tensorflow\/tfjs-backend-wasm were not found/,
      'prepare with processes': missing('@alexnet/imagenet-reader/package.json'),
      'batches of a thread': missing('@alexnet/imagenet-reader/package.json'),
      batches: missing('@cwasm/jpeg-turbo/jpeg-turbo.wasm'),
      train: missing('@alexnet/imagenet-reader/package.json'),
    },
    wrong,
  );
}

/** The binary of Bun or Deno for this platform, from npm; undefined if there is none. */
export async function installRuntime(name, folder) {
  await mkdir(folder);
  if (!(await install(folder, [name]).catch(() => undefined))) return undefined;
  const { platform, arch } = process;
  const places = {
    bun: [`@oven/bun-${platform}-${arch}/bin/bun`, `@oven/bun-${platform}-aarch64/bin/bun`],
    deno: [`@deno/${platform}-${arch}-glibc/deno`, `@deno/${platform}-${arch}/deno`],
  };
  for (const place of places[name]) {
    const path = join(folder, 'node_modules', place);
    if (await run(path, ['--version'], folder).catch(() => undefined)) return path;
  }
  return undefined;
}

const flags = { bun: [], deno: ['run', '--allow-all', '--quiet'] };

/** Runs the program as it is under Bun or Deno. */
export async function checkRuntime(name, binary, folder, wrong) {
  const { stdout: version } = await run(binary, ['--version'], folder);
  const { stdout } = await run(binary, [...flags[name], PROGRAM], folder);
  compareResults(stdout, promised, wrong);
  return version.split('\n')[0];
}
