/*
 * Functions of four float32 values at a time. Each gives the bits that tfjs's cpu kernel gives, which computes in double
 * precision and rounds once; NaN stays NaN.
 */

export const ABS = 0;
export const CEIL = 1;
export const FLOOR = 2;
export const NEG = 3;
export const RECIPROCAL = 4;
export const RELU = 5;
export const RSQRT = 6;
export const SIGN = 7;
export const SQRT = 8;
export const SQUARE = 9;
export const CLIP = 10;
export const LEAKY_RELU = 11;
export const STEP = 12;

/** y = f(x) with the parameters p and q, where f is one of the constants above. */
// @ts-expect-error: decorator
@inline
export function ofOne(f: i32, x: v128, p: f64, q: f64): v128 {
  if (f === ABS) return f32x4.abs(x);
  if (f === CEIL) return f32x4.ceil(x);
  if (f === FLOOR) return f32x4.floor(x);
  if (f === NEG) return f32x4.neg(x);
  if (f === RECIPROCAL) return f32x4.div(f32x4.splat(1), x);
  if (f === RELU) return f32x4.max(x, f32x4.splat(0));
  if (f === RSQRT) return halves(rsqrt(low(x)), rsqrt(high(x)));
  if (f === SIGN) return sign(x);
  if (f === SQRT) return f32x4.sqrt(x);
  if (f === SQUARE) return f32x4.mul(x, x);
  if (f === CLIP) return clip(x, f32x4.splat(<f32>p), f32x4.splat(<f32>q));
  if (f === LEAKY_RELU) {
    const scale = f64x2.splat(p);
    const below = halves(f64x2.mul(low(x), scale), f64x2.mul(high(x), scale));
    return v128.bitselect(below, x, f32x4.lt(x, f32x4.splat(0)));
  }
  // STEP: 1 above 0, p below, NaN for NaN
  const isNumber = f32x4.eq(x, x);
  const step = v128.bitselect(f32x4.splat(1), f32x4.splat(<f32>p), f32x4.gt(x, f32x4.splat(0)));
  return v128.bitselect(step, x, isNumber);
}

export const ADD = 0;
export const SUB = 1;
export const MULTIPLY = 2;
export const DIVIDE = 3;
export const MAXIMUM = 4;
export const MINIMUM = 5;
export const SQUARED_DIFFERENCE = 6;
export const PRELU = 7;

/** y = f(a, b), where f is one of the constants above. */
// @ts-expect-error: decorator
@inline
export function ofTwo(f: i32, a: v128, b: v128): v128 {
  if (f === ADD) return f32x4.add(a, b);
  if (f === SUB) return f32x4.sub(a, b);
  if (f === MULTIPLY) return f32x4.mul(a, b);
  if (f === DIVIDE) return f32x4.div(a, b);
  if (f === MAXIMUM) return f32x4.max(a, b);
  if (f === MINIMUM) return f32x4.min(a, b);
  if (f === SQUARED_DIFFERENCE) {
    const d = f64x2.sub(low(a), low(b));
    const e = f64x2.sub(high(a), high(b));
    return halves(f64x2.mul(d, d), f64x2.mul(e, e));
  }
  return v128.bitselect(f32x4.mul(a, b), a, f32x4.lt(a, f32x4.splat(0))); // PRELU
}

export const EQUAL = 0;
export const NOT_EQUAL = 1;
export const GREATER = 2;
export const GREATER_EQUAL = 3;
export const LESS = 4;
export const LESS_EQUAL = 5;

/** All bits of a lane where a comparison holds, where `f` is one of the constants above. */
// @ts-expect-error: decorator
@inline
export function comparison(f: i32, a: v128, b: v128): v128 {
  if (f === EQUAL) return f32x4.eq(a, b);
  if (f === NOT_EQUAL) return f32x4.ne(a, b);
  if (f === GREATER) return f32x4.gt(a, b);
  if (f === GREATER_EQUAL) return f32x4.ge(a, b);
  if (f === LESS) return f32x4.lt(a, b);
  return f32x4.le(a, b); // LESS_EQUAL
}

// @ts-expect-error: decorator
@inline
function clip(x: v128, least: v128, most: v128): v128 {
  const raised = v128.bitselect(least, x, f32x4.lt(x, least));
  return v128.bitselect(most, raised, f32x4.gt(x, most));
}

// @ts-expect-error: decorator
@inline
function sign(x: v128): v128 {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const above = v128.and(one, f32x4.gt(x, zero));
  return f32x4.sub(above, v128.and(one, f32x4.lt(x, zero)));
}

// @ts-expect-error: decorator
@inline
function rsqrt(x: v128): v128 {
  return f64x2.div(f64x2.splat(1), f64x2.sqrt(x));
}

/** The first two values in double precision. */
// @ts-expect-error: decorator
@inline
function low(x: v128): v128 {
  return f64x2.promote_low_f32x4(x);
}

/** The last two values in double precision. */
// @ts-expect-error: decorator
@inline
function high(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3));
}

/** The inverse of `low` and `high`. */
// @ts-expect-error: decorator
@inline
function halves(first: v128, last: v128): v128 {
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(first), f32x4.demote_f64x2_zero(last), 0, 1, 4, 5);
}
