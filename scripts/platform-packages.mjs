// Builds the npm packages that carry oneDNN, each in the folder `dist` next to its package.json.
//
//   npm run platform-packages                 the package of this platform
//   npm run platform-packages -- linux-arm64  other packages by name; --all is every one that can be built here
//
// On Linux, apt fetches the library from this system's package sources, for either processor. On a Mac it comes from
// Homebrew. The packages under platform/ are workspaces on all systems, so `os`, `cpu` and `libc` are only in `dist`: npm
// refuses to install a workspace of another system.

import { execFileSync } from 'node:child_process';
import { chmod, cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installOneDnn } from '@alexnet/tfjs-backend-onednn';

const root = fileURLToPath(new URL('..', import.meta.url));
const known = ['linux-x64', 'linux-arm64', 'darwin-arm64'];

/** Fills `dist/lib` with apt. */
async function fillFromApt(dist, arch) {
  const { version } = await installOneDnn(dist, { force: true, arch });
  return version;
}

/** Fills `dist/lib` from Homebrew; the two libraries then find each other in their folder. */
async function fillFromHomebrew(dist) {
  const lib = join(dist, 'lib');
  await mkdir(lib, { recursive: true });
  const prefix = (formula) => execFileSync('brew', ['--prefix', formula], { encoding: 'utf8' }).trim();
  const [oneDnn, openMp] = [prefix('onednn'), prefix('libomp')];
  await cp(join(oneDnn, 'lib', 'libdnnl.dylib'), join(lib, 'libdnnl.3.dylib'), { dereference: true });
  await cp(join(openMp, 'lib', 'libomp.dylib'), join(lib, 'libomp.dylib'), { dereference: true });
  await cp(join(oneDnn, 'LICENSE'), join(lib, 'onednn.copyright'), { dereference: true });
  await cp(join(openMp, 'LICENSE.TXT'), join(lib, 'libomp.copyright'), { dereference: true });
  const file = join(lib, 'libdnnl.3.dylib');
  for (const name of ['libdnnl.3.dylib', 'libomp.dylib']) await chmod(join(lib, name), 0o644);
  const needed = execFileSync('otool', ['-L', file], { encoding: 'utf8' });
  const linked = /^\s+(\S+libomp\.dylib)/m.exec(needed)?.[1];
  if (!linked) throw new Error(`${file} does not link to libomp; is it a build with OpenMP?`);
  execFileSync('install_name_tool', ['-change', linked, '@loader_path/libomp.dylib', file]);
  execFileSync('codesign', ['--force', '--sign', '-', file]);
  return execFileSync('brew', ['list', '--versions', 'onednn'], { encoding: 'utf8' })
    .trim()
    .split(' ')
    .at(-1);
}

async function makePackage(name) {
  const [os, cpu] = name.split('-');
  const folder = join(root, 'platform', `onednn-${name}`);
  const dist = join(folder, 'dist');
  await rm(dist, { recursive: true, force: true });
  const oneDnn = await (os === 'darwin' ? fillFromHomebrew(dist) : fillFromApt(dist, cpu));
  const { publishConfig, ...manifest } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const platform = { os: [os], cpu: [cpu], ...(os === 'linux' ? { libc: ['glibc'] } : {}) };
  await writeFile(
    join(dist, 'package.json'),
    `${JSON.stringify({ ...manifest, ...platform, oneDnn }, null, 2)}\n`,
  );
  await cp(join(folder, 'README.md'), join(dist, 'README.md'));
  const files = await readdir(join(dist, 'lib'));
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(dist, 'lib', file))).size));
  const megabytes = sizes.reduce((sum, size) => sum + size, 0) / 1e6;
  console.log(`${manifest.name}: oneDNN ${oneDnn}, ${megabytes.toFixed(1)} MB: ${files.sort().join(', ')}`);
}

const makeable = known.filter((name) => name.startsWith(process.platform));
const asked = process.argv.slice(2);
const names = asked.includes('--all') ? makeable : asked;
const unknown = names.find((name) => !known.includes(name));
if (unknown) {
  console.error(`A platform must be one of ${known.join(', ')} (platform-packages), got '${unknown}'.`);
  process.exit(2);
}
try {
  for (const name of names.length > 0 ? names : [`${process.platform}-${process.arch}`])
    await makePackage(name);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
