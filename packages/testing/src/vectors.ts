import { readFileSync } from 'node:fs';

/** An array of docs/conformance, as its values or as the sequence that generates them. */
export interface StoredArray {
  shape: number[];
  data?: number[];
  sequence?: { seed: number; reach: number };
}

/** A file of golden vectors; see docs/conformance/README.md, where a table describes the file's `Case`. */
export interface Vectors<Case> {
  operation: string;
  tolerance: number;
  cases: (Case & { name: string })[];
}

/** The folder of the vectors and their oracle scripts. */
export const vectorFolder: URL = new URL('../../../docs/conformance/', import.meta.url);

/** Reads `docs/conformance/<name>.json`. */
export function readVectors<File>(name: string): File {
  return JSON.parse(readFileSync(new URL(`${name}.json`, vectorFolder), 'utf8')) as File;
}

/** The values of a stored array, row-major. */
export function valuesOf({ shape, data, sequence }: StoredArray): Float32Array {
  const size = shape.reduce((product, side) => product * side, 1);
  if (data) return Float32Array.from(data);
  if (!sequence) throw new TypeError('a stored array must have data or a sequence (valuesOf), got neither.');
  const values = new Float32Array(size);
  let state = sequence.seed;
  for (let i = 0; i < size; i++) {
    state = (state * 48271) % 2147483647; // < 2^47: exact in a double
    values[i] = (state % (2 * sequence.reach + 1)) - sequence.reach;
  }
  return values;
}
