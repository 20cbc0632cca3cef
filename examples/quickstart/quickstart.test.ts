import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeEmbeddedIlsvrc } from '@alexnet/embedded-ilsvrc';
import { expect, onTestFinished, test } from 'vitest';

const folder = import.meta.dirname;
const programs = readdirSync(folder).filter((name) => /\.[cm]js$/.test(name));
const readme = readFileSync(join(folder, 'README.md'), 'utf8');

interface Run {
  exitCode: number | string;
  stdout: string;
  stderr: string;
}

/** Runs a program as a user would, in its own process with the built packages. */
function runProgram(name: string, ...args: string[]): Promise<Run> {
  return new Promise((resolve) => {
    execFile(process.execPath, [name, ...args], { cwd: folder }, (error, stdout, stderr) =>
      resolve({ exitCode: error ? (error.code ?? String(error.signal)) : 0, stdout, stderr }),
    );
  });
}

const essential: Record<string, string> = {
  'alexnet-summary.mjs': 'parameters: 60,965,224',
  'checkpoint.mjs': 'same losses: true',
  'layers.cjs': 'parameters: 152 output: [ 1, 6, 6, 8 ]',
  'layers.mjs': 'greatest difference after loading: 0',
  'lrn.mjs': 'paper 0.594537', // 2.0003 ** -.75
  'pca-augment.mjs': 'deviations: 69.3 14.2 0.3', // 40 sqrt 3, 10 sqrt 2
  'ten-crop.mjs': 'ten views: 0.44 0.28 0.28 | 0.28 0.28 0.44',
  'topk.mjs': 'two averaged: top-1 0, top-5 0',
  'transfer.mjs': 'conv5a unchanged\nfc7a trained',
};

test.each(Object.entries(essential))('%s prints what the README shows', async (name, line) => {
  const { exitCode, stdout, stderr } = await runProgram(name);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toContain(line);
  expect(readme).toContain(`\n${stdout.trimEnd()}\n`);
});

test('train-tiny.mjs learns', async () => {
  const { exitCode, stdout, stderr } = await runProgram('train-tiny.mjs');
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const losses = Array.from(stdout.matchAll(/loss ([\d.]+)/g), ([, loss]) => Number(loss));
  expect(losses).toHaveLength(4);
  expect(losses.at(-1)).toBeLessThan(0.5); // ln 3 = 1.1 is chance
});

test('ilsvrc-tars.mjs reads the downloaded files and says which are missing', async () => {
  const downloaded = mkdtempSync(join(tmpdir(), 'alexnet-ilsvrc-'));
  onTestFinished(() => rmSync(downloaded, { recursive: true }));
  const nothing = await runProgram('ilsvrc-tars.mjs', downloaded);
  expect(nothing.exitCode).toBe(1);
  expect(nothing.stderr).toContain(downloaded);
  await writeEmbeddedIlsvrc(downloaded, { trainPerClass: 3, valPerClass: 1 });
  const { exitCode, stdout, stderr } = await runProgram('ilsvrc-tars.mjs', downloaded);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(readme).toContain(`\n${stdout.trimEnd()}\n`);
});

test('every program is short and asserts its result', () => {
  for (const name of programs) {
    const code = readFileSync(join(folder, name), 'utf8');
    expect(code.split('\n').length, name).toBeLessThan(80);
    expect(code, name).toMatch(/^ *assert\./m);
  }
});

test('the README lists every program', () => {
  const tested = [...Object.keys(essential), 'train-tiny.mjs', 'ilsvrc-tars.mjs'];
  expect(programs.sort()).toEqual(tested.sort());
  for (const name of programs) expect(readme).toContain(`\`${name}\``);
});
