import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { noise } from '@alexnet/testing/noise';
import { expect, test } from 'vitest';
import { arithmeticNames, type BinaryName, comparisonNames, vectorLoops } from './vector-loops.js';

const oracle: Record<BinaryName, (a: number, b: number) => number> = {
  Add: (a, b) => a + b,
  Maximum: Math.max,
  Minimum: Math.min,
  Multiply: (a, b) => a * b,
  Prelu: (a, b) => (a < 0 ? a * b : a),
  RealDiv: (a, b) => a / b,
  SquaredDifference: (a, b) => (a - b) ** 2,
  Sub: (a, b) => a - b,
  Equal: (a, b) => +(a === b),
  Greater: (a, b) => +(a > b),
  GreaterEqual: (a, b) => +(a >= b),
  Less: (a, b) => +(a < b),
  LessEqual: (a, b) => +(a <= b),
  NotEqual: (a, b) => +(a !== b),
};

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** y = f(a, b), value by value, for shapes of the same rank. */
function slowly(f: BinaryName, a: readonly number[], b: readonly number[], p: Float32Array, q: Float32Array) {
  const shape = a.map((size, i) => Math.max(size, b[i] as number));
  const at = (operand: readonly number[], index: readonly number[]): number =>
    operand.reduce((offset, size, i) => offset * size + (size === 1 ? 0 : (index[i] as number)), 0);
  return Float32Array.from({ length: product(shape) }, (_, i) => {
    let rest = i;
    const index = shape.map(() => 0);
    for (let d = shape.length - 1; d >= 0; d--) {
      index[d] = rest % (shape[d] as number);
      rest = Math.floor(rest / (shape[d] as number));
    }
    return oracle[f](p[at(a, index)] as number, q[at(b, index)] as number);
  });
}

// more than 16,384 values go through the module's memory in parts: of a row, or of whole rows
const shapes: [a: number[], b: number[]][] = [
  [[1], [1]],
  [[40_001], [40_001]],
  [[40_001], [1]],
  [
    [1, 20_000],
    [3, 20_000],
  ],
  [
    [3, 20_000],
    [3, 1],
  ],
  [
    [900, 37],
    [1, 37],
  ],
  [
    [900, 37],
    [900, 1],
  ],
  [
    [1, 37],
    [900, 1],
  ],
  [
    [6, 700, 5],
    [6, 1, 5],
  ],
  [
    [6, 1, 5],
    [1, 700, 5],
  ],
  [
    [3, 1, 7, 1, 11],
    [1, 90, 7, 9, 1],
  ],
];

test.each([...arithmeticNames, ...comparisonNames])('%s of any two shapes equals a slow loop', (name) => {
  for (const [a, b] of shapes) {
    const [p, q] = [noise([product(a)], 1), noise([product(b)], 2)].map((values) =>
      Float32Array.from(values, (value) => Math.round(value * 8) / 4),
    ) as [Float32Array, Float32Array];
    const expected = slowly(name, a, b, p, q);
    const isComparison = (comparisonNames as readonly string[]).includes(name);
    const y = isComparison ? new Uint8Array(expected.length) : new Float32Array(expected.length);
    vectorLoops().binary(name, [p, a], [q, b], y);
    expect(Float32Array.from(y), `[${a}] and [${b}]`).toEqual(expected);
  }
});

test('functions of one value go through parts of any length, and in place', () => {
  for (const length of [1, 3, 16_384, 16_385, 50_001]) {
    const x = Float32Array.from({ length }, (_, i) => (i % 9) - 4);
    const y = new Float32Array(length);
    vectorLoops().unary('ClipByValue', x, y, -1, 2);
    expect(y).toEqual(x.map((value) => Math.min(2, Math.max(-1, value))));
    vectorLoops().unary('Square', x, x);
    expect(x).toEqual(Float32Array.from({ length }, (_, i) => ((i % 9) - 4) ** 2));
  }
});

test('module.ts is what assembly/ compiles to', () => {
  const script = new URL('../../build-vector-loops.mjs', import.meta.url).pathname;
  const printed = execFileSync(process.execPath, [script, '--print'], { encoding: 'utf8' });
  expect(readFileSync(new URL('module.ts', import.meta.url), 'utf8')).toBe(printed);
});
