import { requireBoolean, requireKnownOptions, requireWhole } from '@alexnet/validate';
import { type CropView, sparePixels, type ViewGeometry } from './crop-view.js';

/** Options of {@link gridCrops}. */
export interface GridCropsOptions extends ViewGeometry {
  /** How many views from top to bottom; 3. */
  readonly rows?: number;
  /** How many views from left to right; as many as `rows`. */
  readonly columns?: number;
  /** Whether to add all of them again, mirrored; true, as the paper mirrors its five. */
  readonly mirror?: boolean;
}

/**
 * Views on an even grid over the image, row by row, then the same views mirrored.
 *
 * Of `n` views along an axis, the i-th is at `floor(i (side - size) / (n - 1))`, so the outer ones touch the
 * edges; a single one is in the center. `rows: 2` gives the four corners of the ten views of Krizhevsky et
 * al. 2012, sec. 4.1; the 18 views of `rows: 3` include all ten.
 *
 * @throws TypeError if an option is unknown; RangeError if the view does not fit or two views would coincide.
 * @example
 * gridCrops({ imageSize: 256, rows: 3 }).length; // 18
 */
export function gridCrops(options: GridCropsOptions): CropView[] {
  requireKnownOptions(options, ['imageSize', 'size', 'rows', 'columns', 'mirror'], 'gridCrops');
  const { imageSize, size = 224, rows = 3, columns = rows, mirror = true } = options;
  requireBoolean('mirror', mirror, 'gridCrops');
  const [down, right] = sparePixels(imageSize, size, 'gridCrops');
  const tops = offsetsOf('rows', rows, down);
  const lefts = offsetsOf('columns', columns, right);
  const offsets = tops.flatMap((top) => lefts.map((left) => ({ top, left })));
  return (mirror ? [false, true] : [false]).flatMap((isMirrored) =>
    offsets.map((offset) => ({ ...offset, mirror: isMirrored })),
  );
}

function offsetsOf(name: string, count: number, spare: number): number[] {
  requireWhole(name, count, 1, 'gridCrops');
  if (count > spare + 1) {
    throw new RangeError(
      `${name} must be at most ${spare + 1}, the number of offsets along this axis (gridCrops), got ${count}.`,
    );
  }
  if (count === 1) return [Math.floor(spare / 2)];
  return Array.from({ length: count }, (_, i) => Math.floor((i * spare) / (count - 1)));
}
