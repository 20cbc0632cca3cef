// The results of programs/in-node.mjs.

import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The results where all packages are installed. */
export const promised = {
  oneDNN: 'platform package',
  onednn: 'onednn 6',
  wasm: 'wasm 6',
  auto: 'onednn 6',
  prepare: 'done',
  'prepare with processes': 'done',
  'batches of a thread': '8',
  batches: '8',
  train: '8 images, checkpoint true',
};

/** Copies files of programs/ to `folder`. */
export async function copyPrograms(names, folder) {
  for (const name of names)
    await copyFile(fileURLToPath(new URL(`./programs/${name}`, import.meta.url)), join(folder, name));
}

/** Adds each line that differs from `expected`, strings or patterns by the names of the results, to `wrong`. */
export function compareResults(lines, expected, wrong) {
  const printed = new Map(lines.split('\n').map((line) => line.split(/: (.*)/)));
  for (const [what, value] of Object.entries(expected)) {
    const got = printed.get(what) ?? 'nothing';
    const isRight = value instanceof RegExp ? value.test(got) : value === got;
    if (!isRight) wrong.push(`${what} gave ${got}, not ${value}`);
  }
}
