/*
 * Loops over float32 values in this module's memory, four at a time, by the names of tfjs's kernels. The last four of a
 * row may lie beyond its end: memory after the operands is read, and memory after the results is written, but never
 * used. Results must not overlap operands.
 */
import * as f from './functions';

/** y = f(x) for n values. */
// @ts-expect-error: decorator
@inline
function each(name: i32, x: usize, y: usize, n: i32, p: f64, q: f64): void {
  for (const end = y + ((<usize>n) << 2); y < end; x += 16, y += 16) {
    v128.store(y, f.ofOne(name, v128.load(x), p, q));
  }
}

/** The value of an operand that has one value for a row, or its next four. */
// @ts-expect-error: decorator
@inline
function next(at: usize, isOne: bool): v128 {
  return isOne ? v128.load32_splat(at) : v128.load(at);
}

/**
 * y = f(a, b) for rows of n values, where an operand has one value for a row, or n. Its values of the next row follow
 * after `rowA` or `rowB` bytes, which are 0 if all rows have the same.
 */
// @ts-expect-error: decorator
@inline
function rows(name: i32, a: usize, b: usize, y: usize, count: i32, n: i32, oneA: bool, oneB: bool, rowA: i32, rowB: i32): void {
  const bytes = (<usize>n) << 2;
  for (let row = 0; row < count; row++, a += rowA, b += rowB, y += bytes) {
    for (let i: usize = 0; i < bytes; i += 16) {
      v128.store(y + i, f.ofTwo(name, next(oneA ? a : a + i, oneA), next(oneB ? b : b + i, oneB)));
    }
  }
}

/** As `rows`, with results of one byte each: 1 where the comparison holds, else 0. */
// @ts-expect-error: decorator
@inline
function compared(name: i32, a: usize, b: usize, y: usize, count: i32, n: i32, oneA: bool, oneB: bool, rowA: i32, rowB: i32): void {
  const bytes = (<usize>n) << 2;
  for (let row = 0; row < count; row++, a += rowA, b += rowB, y += n) {
    for (let i: usize = 0; i < bytes; i += 16) {
      const holds = f.comparison(name, next(oneA ? a : a + i, oneA), next(oneB ? b : b + i, oneB));
      const short = i16x8.narrow_i32x4_s(holds, holds);
      const ones = v128.and(i8x16.narrow_i16x8_s(short, short), i8x16.splat(1));
      v128.store32_lane(y + (i >> 2), ones, 0);
    }
  }
}

export function Abs(x: usize, y: usize, n: i32, p: f64, q: f64): void {
  each(f.ABS, x, y, n, p, q);
}
export function Ceil(x: usize, y: usize, n: i32, p: f64, q: f64): void {
  each(f.CEIL, x, y, n, p, q);
}
export function Floor(x: usize, y: usize, n: i32, p: f64, q: f64): void {
  each(f.FLOOR, x, y, n, p, q);
}
export function Neg(x: usize, y: usize, n: i32, p: f64, q: f64): void {
  each(f.NEG, x, y, n, p, q);
}
export function Reciprocal(x: usize, y: usize, n: i32, p: f64, q: f64): void {
  each(f.RECIPROCAL, x, y, n, p, q);
}
export function Relu(x: usize, y: usize, n: i32, p: f64, q: f64): void {
  each(f.RELU, x, y, n, p, q);
}
export function Rsqrt(x: usize, y: usize, n: i32, p: f64, q: f64): void {
  each(f.RSQRT, x, y, n, p, q);
}
export function Sign(x: usize, y: usize, n: i32, p: f64, q: f64): void {
  each(f.SIGN, x, y, n, p, q);
}
export function Sqrt(x: usize, y: usize, n: i32, p: f64, q: f64): void {
  each(f.SQRT, x, y, n, p, q);
}
export function Square(x: usize, y: usize, n: i32, p: f64, q: f64): void {
  each(f.SQUARE, x, y, n, p, q);
}
export function ClipByValue(x: usize, y: usize, n: i32, p: f64, q: f64): void {
  each(f.CLIP, x, y, n, p, q);
}
export function LeakyRelu(x: usize, y: usize, n: i32, p: f64, q: f64): void {
  each(f.LEAKY_RELU, x, y, n, p, q);
}
export function Step(x: usize, y: usize, n: i32, p: f64, q: f64): void {
  each(f.STEP, x, y, n, p, q);
}

export function Add(a: usize, b: usize, y: usize, count: i32, n: i32, oneA: bool, oneB: bool, rowA: i32, rowB: i32): void {
  rows(f.ADD, a, b, y, count, n, oneA, oneB, rowA, rowB);
}
export function Sub(a: usize, b: usize, y: usize, count: i32, n: i32, oneA: bool, oneB: bool, rowA: i32, rowB: i32): void {
  rows(f.SUB, a, b, y, count, n, oneA, oneB, rowA, rowB);
}
export function Multiply(a: usize, b: usize, y: usize, count: i32, n: i32, oneA: bool, oneB: bool, rowA: i32, rowB: i32): void {
  rows(f.MULTIPLY, a, b, y, count, n, oneA, oneB, rowA, rowB);
}
export function RealDiv(a: usize, b: usize, y: usize, count: i32, n: i32, oneA: bool, oneB: bool, rowA: i32, rowB: i32): void {
  rows(f.DIVIDE, a, b, y, count, n, oneA, oneB, rowA, rowB);
}
export function Maximum(a: usize, b: usize, y: usize, count: i32, n: i32, oneA: bool, oneB: bool, rowA: i32, rowB: i32): void {
  rows(f.MAXIMUM, a, b, y, count, n, oneA, oneB, rowA, rowB);
}
export function Minimum(a: usize, b: usize, y: usize, count: i32, n: i32, oneA: bool, oneB: bool, rowA: i32, rowB: i32): void {
  rows(f.MINIMUM, a, b, y, count, n, oneA, oneB, rowA, rowB);
}
export function SquaredDifference(a: usize, b: usize, y: usize, count: i32, n: i32, oneA: bool, oneB: bool, rowA: i32, rowB: i32): void {
  rows(f.SQUARED_DIFFERENCE, a, b, y, count, n, oneA, oneB, rowA, rowB);
}
export function Prelu(a: usize, b: usize, y: usize, count: i32, n: i32, oneA: bool, oneB: bool, rowA: i32, rowB: i32): void {
  rows(f.PRELU, a, b, y, count, n, oneA, oneB, rowA, rowB);
}

export function Equal(a: usize, b: usize, y: usize, count: i32, n: i32, oneA: bool, oneB: bool, rowA: i32, rowB: i32): void {
  compared(f.EQUAL, a, b, y, count, n, oneA, oneB, rowA, rowB);
}
export function NotEqual(a: usize, b: usize, y: usize, count: i32, n: i32, oneA: bool, oneB: bool, rowA: i32, rowB: i32): void {
  compared(f.NOT_EQUAL, a, b, y, count, n, oneA, oneB, rowA, rowB);
}
export function Greater(a: usize, b: usize, y: usize, count: i32, n: i32, oneA: bool, oneB: bool, rowA: i32, rowB: i32): void {
  compared(f.GREATER, a, b, y, count, n, oneA, oneB, rowA, rowB);
}
export function GreaterEqual(a: usize, b: usize, y: usize, count: i32, n: i32, oneA: bool, oneB: bool, rowA: i32, rowB: i32): void {
  compared(f.GREATER_EQUAL, a, b, y, count, n, oneA, oneB, rowA, rowB);
}
export function Less(a: usize, b: usize, y: usize, count: i32, n: i32, oneA: bool, oneB: bool, rowA: i32, rowB: i32): void {
  compared(f.LESS, a, b, y, count, n, oneA, oneB, rowA, rowB);
}
export function LessEqual(a: usize, b: usize, y: usize, count: i32, n: i32, oneA: bool, oneB: bool, rowA: i32, rowB: i32): void {
  compared(f.LESS_EQUAL, a, b, y, count, n, oneA, oneB, rowA, rowB);
}
