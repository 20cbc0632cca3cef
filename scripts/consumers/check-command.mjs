// Uses the command `alexnet` as an installed package offers it: `npx alexnet` in an empty folder outside the repository.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkManifest, hiddenDependencies, installedManifest } from './check-tarball.mjs';
import { install, run } from './pack.mjs';

/** The smallest run on the embedded data set: two steps. */
const training =
  'train --train-per-class 2 --val-per-class 1 --image-size 64 --width .1 --batch-size 8 --max-steps 2 --out runs/first';

const drawn = `
import { embeddedClasses } from '@alexnet/ilsvrc/embedded';
console.log(embeddedClasses.length);
`;

/**
 * Installs `name` and the packages that it needs from `tarballs`, and calls its command.
 *
 * @returns a note for the result; pushes what is wrong to `wrong`, one line each.
 */
export async function checkCommand(name, tarballs, project, wrong) {
  await mkdir(project);
  wrong.push(...(await install(project, tarballs)));
  const manifest = await installedManifest(project, name);
  wrong.push(...checkManifest(manifest), ...(await hiddenDependencies(project, manifest)));
  const alexnet = (args) => run('npx', ['--no-install', 'alexnet', ...args.split(' ')], project);

  const { stdout: help } = await alexnet('--help');
  if (!help.startsWith('Usage: alexnet')) wrong.push(`alexnet --help printed: ${help}`);
  const doctor = JSON.parse((await alexnet('doctor --no-speed-test --json')).stdout);
  if (doctor.chosen !== 'onednn') wrong.push(`alexnet doctor chose '${doctor.chosen}', not 'onednn'`);
  const { stderr } = await alexnet(training);
  if (
    !/^\s+20 training and 10 validation images of 10 classes/m.test(stderr) ||
    !/^\s+epoch\s+1\//m.test(stderr)
  )
    wrong.push(`alexnet ${training} printed: ${stderr}`);
  const { stdout: same } = await alexnet('compare runs/first runs/first');
  if (!/\b0\b/.test(same)) wrong.push(`alexnet compare of a run with itself printed: ${same}`);

  await writeFile(join(project, 'drawn.mjs'), drawn);
  const { stdout: classes } = await run(process.execPath, ['drawn.mjs'], project);
  if (classes !== '10\n') wrong.push(`${name}/embedded has ${classes.trim()} classes, not 10`);
  return `npx alexnet --help, doctor (${doctor.chosen}), train on the embedded data`;
}
