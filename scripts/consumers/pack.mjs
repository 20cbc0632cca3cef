// Packs workspaces as npm would publish them and installs the tarballs in folders outside the repository.

import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const platformPackage = `onednn-${process.platform}-${process.arch}`;

/** What a consumer's shell would have: nothing that names this repository or a oneDNN. */
const environment = { PATH: process.env.PATH, HOME: process.env.HOME };

/** Runs a program in `cwd`; the error of one that fails holds its output. */
export function run(file, args, cwd) {
  return promisify(execFile)(file, args, { cwd, env: environment, maxBuffer: 2 ** 26 });
}

/** The manifests of the packages that are published, by name, and this platform's oneDNN where it was put together. */
export async function publishedPackages() {
  const folders = (await readdir(join(root, 'packages'))).map((name) => join(root, 'packages', name));
  folders.push(join(root, 'platform', platformPackage, 'dist'));
  const found = new Map();
  for (const folder of folders) {
    const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
    const manifest = text && JSON.parse(text);
    if (manifest && !manifest.private) found.set(manifest.name, { folder, manifest });
  }
  return found;
}

/** Packs folders into `destination`; gives the tarball of each by the name of its package. */
export async function pack(folders, destination) {
  const { stdout } = await run(
    'npm',
    ['pack', '--json', '--pack-destination', destination, ...folders],
    root,
  );
  const packed = JSON.parse(stdout);
  return new Map(packed.map(({ name, filename }) => [name, join(destination, filename)]));
}

/**
 * An empty project with packages installed as their README says, none of their install scripts run.
 * Returns what npm warned of; its word about a setting of this machine's own is not about the packages.
 */
export async function install(folder, specs) {
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  const flags = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  const { stderr } = await run('npm', ['install', ...flags, ...specs], folder);
  return stderr.split('\n').filter((line) => line.trim() && !line.includes('Unknown user config'));
}
