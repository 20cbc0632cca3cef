import { describeValue, requireWhole } from '@alexnet/validate';

/** 'valid', 'same', or rows and columns of zeros to add: `[[top, bottom], [left, right]]`. */
export type Padding2D = 'valid' | 'same' | readonly [readonly [number, number], readonly [number, number]];

/** @throws RangeError unless `groups` divides both the channels and the filters. */
export function checkGroups(groups: number, channels: number, filters: number): void {
  requireWhole('groups', groups, 1, 'groupedConv2d');
  if (channels % groups !== 0 || filters % groups !== 0) {
    throw new RangeError(
      `groups must divide channels (${channels}) and filters (${filters}) (groupedConv2d), got ${groups}.`,
    );
  }
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

/**
 * `dilationRate` as a pair. @throws RangeError unless it or the strides are 1, as no backend supports both.
 */
export function requireDistances(
  strides: number | readonly number[],
  dilationRate: number | readonly number[],
  caller: string,
): [number, number] {
  const steps = requirePair('strides', strides, caller);
  const dilation = requirePair('dilationRate', dilationRate, caller);
  if (Math.max(...steps) > 1 && Math.max(...dilation) > 1) {
    throw new RangeError(
      `dilationRate must be 1 where strides are not (${caller}), got ${describeValue(dilationRate)} and strides ${describeValue(strides)}.`,
    );
  }
  return dilation;
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

/** @throws RangeError if the filter is larger than the padded image. An unknown side (null) always fits. */
export function requireFit(
  image: readonly [number | null, number | null],
  kernelSize: readonly [number, number],
  dilationRate: readonly [number, number],
  padding: Padding2D,
): void {
  if (padding === 'same') return;
  for (const axis of [0, 1] as const) {
    const side = image[axis];
    if (side === null) continue;
    const [before, after] = padding === 'valid' ? [0, 0] : padding[axis];
    const reach = (kernelSize[axis] - 1) * dilationRate[axis] + 1;
    if (reach > side + before + after) {
      throw new RangeError(
        `filter must fit into the padded image, ${side + before + after} ${axis === 0 ? 'rows' : 'columns'} (groupedConv2d), got ${reach}.`,
      );
    }
  }
}
