import { execFileSync, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';

/** The contents of a `.npy` file. */
export interface NpyContents {
  type: string;
  shape: number[];
  values: number[][];
}

/** A Python with NumPy: python3, or the value of ALEXNET_PYTHON. */
const python = process.env.ALEXNET_PYTHON ?? 'python3';
const program = fileURLToPath(new URL('read-npy.py', import.meta.url));

/** Reads a file with NumPy; skips the test if NumPy is not installed. */
async function readWithNumPy(file: string, context: TestContext): Promise<NpyContents> {
  if (spawnSync(python, ['-c', 'import numpy']).status !== 0) {
    return context.skip(`${python} has no numpy; ALEXNET_PYTHON can name one that has`);
  }
  return JSON.parse(execFileSync(python, [program, file], { encoding: 'utf8', maxBuffer: 2 ** 26 }));
}

/**
 * Reads a file with a plain loop: 10 bytes, whose last two are the length of the header, the header, and the
 * values.
 */
async function readPlainly(file: string): Promise<NpyContents> {
  const bytes = await readFile(file);
  const begin = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString('latin1', 10, begin);
  const type = header.includes("'<f4'") ? '<f4' : '<i4';
  const shape = (/\(([^)]*)\)/.exec(header)?.[1] ?? '')
    .split(',')
    .filter((size) => size.trim())
    .map(Number);
  const [rows = 0, columns = 1] = shape;
  const values = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => {
      const at = begin + (row * columns + column) * 4;
      return type === '<f4' ? bytes.readFloatLE(at) : bytes.readInt32LE(at);
    }),
  );
  return { type, shape, values };
}

/** The readers of a file. */
export const npyReaders: readonly (readonly [
  who: string,
  read: (file: string, context: TestContext) => Promise<NpyContents>,
])[] = [
  ['a plain loop', readPlainly],
  ['NumPy', readWithNumPy],
];
