// Runs a program of a README in a project, as it is (ESM) and as CommonJS, and compares its output with the README.

import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './pack.mjs';
import { asCommonJs, differsFromReadme } from './readme-example.mjs';

/** The banner that tfjs prints at its first operation in Node without tfjs-node. */
const BANNER = /^\n?={10,}\nHi, looks like you are running TensorFlow\.js in Node\.js\.[\s\S]*?\n={10,}\n/m;

/** Patterns for the output of programs that depends on the machine. */
const dependsOnMachine = {
  '@alexnet/backends': /^(\w+) \| .+ \| \d+ threads\n(not \w+: .+\n)*\1$/,
  '@alexnet/tfjs-backend-onednn': /^oneDNN [\d.]+, \d+ threads: \[8,55,55,128\]$/,
  '@alexnet/tfjs-backend-torch': /^(PyTorch \S+ on cpu: \[8,55,55,128\]|PyTorch is not installed)$/,
};

/** @returns one line for each problem. */
export async function runExample(program, folder) {
  const wrong = [];
  for (const [form, source] of [
    ['mjs', program.code],
    ['cjs', asCommonJs(program.code)],
  ]) {
    const file = `${program.id}.${form}`;
    await writeFile(join(folder, file), source);
    const before = new Set(await readdir(folder));
    const {
      stdout,
      stderr,
      code: status,
    } = await run(process.execPath, [file], folder).catch((error) => error);
    for (const written of await readdir(folder)) {
      if (!before.has(written)) await rm(join(folder, written), { recursive: true });
    }
    const said = stderr.replace(BANNER, '').trim();
    if (status !== undefined) wrong.push(`${file} ended with ${status}`);
    if (said) wrong.push(`${file} wrote to stderr: ${said}`);
    const pattern = dependsOnMachine[program.package];
    const differs = pattern
      ? !pattern.test(stdout.trim()) && `it printed: ${stdout.trim()}`
      : differsFromReadme(program, stdout);
    if (differs) wrong.push(`${file}: ${differs}`);
  }
  return wrong;
}
