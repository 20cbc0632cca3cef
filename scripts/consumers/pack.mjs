// Packs workspaces as npm would publish them, and installs the tarballs in folders outside the repository.

import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const platformPackage = `onednn-${process.platform}-${process.arch}`;

/** The environment of a consumer's shell, which does not name this repository or a oneDNN. */
export const environment = { PATH: process.env.PATH, HOME: process.env.HOME };

/** Runs a program in `cwd`; if it fails, the error has its output. */
export function run(file, args, cwd, variables = {}) {
  return promisify(execFile)(file, args, { cwd, env: { ...environment, ...variables }, maxBuffer: 2 ** 26 });
}

/** The manifests of the published packages by name, with this platform's oneDNN if it has been built. */
export async function publishedPackages() {
  const inside = async (parent) =>
    (await readdir(join(root, parent))).map((name) => join(root, parent, name));
  const folders = [...(await inside('packages')), ...(await inside('examples'))];
  folders.push(join(root, 'platform', platformPackage, 'dist'));
  const found = new Map();
  for (const folder of folders) {
    const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
    const manifest = text && JSON.parse(text);
    if (manifest && !manifest.private) found.set(manifest.name, { folder, manifest });
  }
  return found;
}

/** Packs folders into `destination` and returns the tarballs by the names of their packages. */
export async function pack(folders, destination) {
  const { stdout } = await run(
    'npm',
    ['pack', '--json', '--pack-destination', destination, ...folders],
    root,
  );
  const packed = JSON.parse(stdout);
  return new Map(packed.map(({ name, filename }) => [name, join(destination, filename)]));
}

/** Makes an empty project and installs packages in it. */
export async function install(folder, specs) {
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  return addPackages(folder, specs);
}

/**
 * Installs packages in a project without running install scripts. Returns npm's warnings, except the one about a setting of
 * this machine.
 */
export async function addPackages(folder, specs) {
  const flags = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  const { stderr } = await run('npm', ['install', ...flags, ...specs], folder);
  return stderr.split('\n').filter((line) => line.trim() && !line.includes('Unknown user config'));
}
