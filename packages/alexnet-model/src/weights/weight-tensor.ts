/** A tensor of a weight file. Nothing of it is decoded before it is asked for. */
export interface WeightTensor {
  readonly name: string;
  readonly shape: readonly number[];
  values(): Promise<Float32Array>;
}

/** A layer of a weight file: `weight` as its format lays it out, `bias [filters or units]`. */
export interface WeightLayer {
  readonly name: string;
  readonly weight: WeightTensor;
  readonly bias: WeightTensor;
}

/** How many values a shape has. @throws RangeError unless its sides are whole numbers >= 1 (at most 4 of them). */
export function sizeOf(shape: readonly unknown[], name: string): number {
  const isSide = (side: unknown): boolean => Number.isSafeInteger(side) && (side as number) >= 1;
  const size = (shape as number[]).reduce((product, side) => product * side, 1);
  if (shape.length > 4 || !shape.every(isSide) || !Number.isSafeInteger(size)) {
    throw new RangeError(`'${name}' has the shape [${shape.slice(0, 8).join(', ')}]`);
  }
  return size;
}
