// Runs the program of a README in a project, as it stands (ESM) and as CommonJS, and holds its output against the README.

import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root, run } from './pack.mjs';
import { asCommonJs, differsFromReadme } from './readme-example.mjs';

/** What tfjs itself says at its first operation in Node without tfjs-node. */
const BANNER = /^\n?={10,}\nHi, looks like you are running TensorFlow\.js in Node\.js\.[\s\S]*?\n={10,}\n/m;

/** Programs whose output depends on the machine: what it has to look like. */
const dependsOnMachine = {
  '@alexnet/backends': /^(\w+) \| .+ \| \d+ threads\n(not \w+: .+\n)*\1$/,
  '@alexnet/tfjs-backend-onednn': /^oneDNN [\d.]+, \d+ threads: \[8,55,55,128\]$/,
};

/** @returns what is wrong, one line each. */
export async function runExample(name, example, folder) {
  const wrong = [];
  for (const [form, code] of [
    ['mjs', example.code],
    ['cjs', asCommonJs(example.code)],
  ]) {
    await writeFile(join(folder, `example.${form}`), code);
    const before = new Set(await readdir(folder));
    const { stdout, stderr } = await run(process.execPath, [`example.${form}`], folder).catch(
      (error) => error,
    );
    for (const file of await readdir(folder)) {
      if (!before.has(file)) await rm(join(folder, file), { recursive: true }); // what the program wrote
    }
    const said = stderr.replace(BANNER, '').trim();
    if (said) wrong.push(`example.${form} wrote to stderr: ${said}`);
    const differs = dependsOnMachine[name]
      ? !dependsOnMachine[name].test(stdout.trim()) && `it printed: ${stdout.trim()}`
      : differsFromReadme(example, stdout.split('\n').filter(Boolean));
    if (differs) wrong.push(`example.${form}: ${differs}`);
  }
  return wrong;
}

/** The folder `photographs` that imagenet-reader's example reads: 800 small pictures of four classes, each of one colour. */
export async function drawPhotographs(folder) {
  const sharp = createRequire(join(root, 'packages/imagenet-reader/package.json'))('sharp');
  for (const [split, count] of [
    ['train', 150],
    ['val', 50],
  ]) {
    for (let label = 0; label < 4; label++) {
      const path = join(folder, 'photographs', split, `class${label}`);
      await mkdir(path, { recursive: true });
      for (let i = 0; i < count; i++) {
        const background = {
          r: (i * 37 + label * 60) % 256,
          g: (i * 11 + 40) % 256,
          b: (i * 5 + label * 9) % 256,
        };
        const create = { width: 20, height: 16, channels: 3, background };
        await sharp({ create })
          .png()
          .toFile(join(path, `${i}.png`));
      }
    }
  }
}
