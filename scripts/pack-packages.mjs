// Packs the published packages, which must be built, into a folder: npm run pack:packages <folder>.
// The Dockerfile of the command installs them from there.

import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pack, platformPackage, publishedPackages } from './consumers/pack.mjs';

const [given] = process.argv.slice(2);
if (!given) {
  console.error('pack-packages requires the folder to write to.');
  process.exit(2);
}
const folder = resolve(given);
await mkdir(folder, { recursive: true });
const packages = [...(await publishedPackages())].filter(([name]) => !name.endsWith(platformPackage));
const tarballs = await pack(
  packages.map(([, found]) => found.folder),
  folder,
);
console.log(`${tarballs.size} packages in ${folder}`);
