/** A tensor of a weight file. It is decoded on demand. */
export interface WeightTensor {
  readonly name: string;
  readonly shape: readonly number[];
  values(): Promise<Float32Array>;
}

/**
 * The tensors of a file by name. Each is checked when it is used as a weight, since a file may also hold
 * tensors that no net here needs.
 */
export type NamedTensors = ReadonlyMap<string, () => WeightTensor>;

/** A layer of a weight file: `weight` in the layout of the format, and `bias`, `[filters]` or `[units]`. */
export interface WeightLayer {
  readonly name: string;
  readonly weight: WeightTensor;
  readonly bias: WeightTensor;
}

/** The number of values in a shape. @throws RangeError unless it has at most 4 sides, whole numbers >= 1. */
export function sizeOf(shape: readonly unknown[], name: string): number {
  const isSide = (side: unknown): boolean => Number.isSafeInteger(side) && (side as number) >= 1;
  const size = (shape as number[]).reduce((product, side) => product * side, 1);
  if (shape.length > 4 || !shape.every(isSide) || !Number.isSafeInteger(size)) {
    throw new RangeError(`'${name}' has the shape [${shape.slice(0, 8).join(', ')}]`);
  }
  return size;
}
