import { describeValue } from './describe-value.js';

/** 'valid', 'same', or rows and columns of zeros to add: `[[top, bottom], [left, right]]`. */
export type Padding2D = 'valid' | 'same' | readonly [readonly [number, number], readonly [number, number]];

/** A window that moves over an image; every pair is rows, columns. */
export interface Window2D {
  readonly kernelSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: Padding2D;
  /** Distance between neighboring pixels of the window. Default 1. */
  readonly dilationRate?: readonly [number, number];
}

/**
 * One number for both axes, or one for each, as a pair. @throws RangeError unless they are whole numbers >=
 * 1.
 */
export function requirePair(
  name: string,
  value: number | readonly number[],
  caller: string,
): [number, number] {
  const pair = Array.isArray(value) ? value : [value, value];
  if (pair.length === 2 && pair.every((n) => Number.isSafeInteger(n) && n >= 1)) {
    return [pair[0], pair[1]];
  }
  throw new RangeError(
    `${name} must be a whole number >= 1 or two of them (${caller}), got ${describeValue(value)}.`,
  );
}

/** @throws RangeError unless `padding` is 'valid', 'same' or two pairs of whole numbers >= 0. */
export function requirePadding(padding: Padding2D, caller: string): Padding2D {
  const isPair = (p: unknown): boolean =>
    Array.isArray(p) && p.length === 2 && p.every((n) => Number.isSafeInteger(n) && n >= 0);
  if (padding === 'valid' || padding === 'same') return padding;
  if (Array.isArray(padding) && padding.length === 2 && padding.every(isPair)) return padding;
  throw new RangeError(
    `padding must be 'valid', 'same' or [[top, bottom], [left, right]] (${caller}), got ${describeValue(padding)}.`,
  );
}

/**
 * How many windows fit, in rows and columns: the size of the output. It is unknown (null) along an unknown
 * side.
 *
 * @throws RangeError if the window is larger than the padded image.
 */
export function requireFit<Side extends number | null>(
  image: readonly [Side, Side],
  window: Window2D,
  caller: string,
): [Side | number, Side | number] {
  return [countAlong(0, image[0], window, caller), countAlong(1, image[1], window, caller)];
}

function countAlong<Side extends number | null>(
  axis: 0 | 1,
  side: Side,
  { kernelSize, strides, padding, dilationRate = [1, 1] }: Window2D,
  caller: string,
): Side | number {
  if (side === null) return side;
  if (padding === 'same') return Math.ceil(side / strides[axis]);
  const [before, after] = padding === 'valid' ? [0, 0] : padding[axis];
  const padded = side + before + after;
  const reach = (kernelSize[axis] - 1) * dilationRate[axis] + 1;
  if (reach <= padded) return Math.floor((padded - reach) / strides[axis]) + 1;
  throw new RangeError(
    `filter must fit into the padded image, ${padded} ${axis === 0 ? 'rows' : 'columns'} (${caller}), got ${reach}.`,
  );
}
