import { requireBoolean, requireKnownOptions, requireWhole } from '@alexnet/validate';
import type { CropView } from './crop-view.js';
import { sparePixels } from './spare-pixels.js';
import type { ViewGeometry } from './ten-crop-views.js';

/** Options of {@link gridCrops}. */
export interface GridCropsOptions extends ViewGeometry {
  /** Places from top to bottom; 3. */
  readonly rows?: number;
  /** Places from left to right; as many as `rows`. */
  readonly columns?: number;
  /** Each place a second time, mirrored, behind all that are not; true, as the paper mirrors its five. */
  readonly mirror?: boolean;
}

/**
 * Views at the places of an even grid over the image, row by row, then the same mirrored.
 *
 * Of `n` places along an axis the i-th lies at `floor(i (side - size) / (n - 1))`, so the outer ones touch the edges; a
 * single one lies in the centre. `rows: 2` are the four corners of the ten views of Krizhevsky et al. 2012, sec. 4.1,
 * `rows: 3` holds all ten among its 18.
 *
 * @throws TypeError if an option is unknown; RangeError if the view does not fit, or two places would be one.
 * @example
 * gridCrops({ imageSize: 256, rows: 3 }).length; // 18
 */
export function gridCrops(options: GridCropsOptions): CropView[] {
  requireKnownOptions(options, ['imageSize', 'size', 'rows', 'columns', 'mirror'], 'gridCrops');
  const { imageSize, size = 224, rows = 3, columns = rows, mirror = true } = options;
  requireBoolean('mirror', mirror, 'gridCrops');
  const [down, right] = sparePixels(imageSize, size, 'gridCrops');
  const tops = placesOf('rows', rows, down);
  const lefts = placesOf('columns', columns, right);
  const places = tops.flatMap((top) => lefts.map((left) => ({ top, left })));
  return (mirror ? [false, true] : [false]).flatMap((isMirrored) =>
    places.map((place) => ({ ...place, mirror: isMirrored })),
  );
}

function placesOf(name: string, count: number, spare: number): number[] {
  requireWhole(name, count, 1, 'gridCrops');
  if (count > spare + 1) {
    throw new RangeError(
      `${name} must be at most ${spare + 1}, the places a view has along this axis (gridCrops), got ${count}.`,
    );
  }
  if (count === 1) return [Math.floor(spare / 2)];
  return Array.from({ length: count }, (_, i) => Math.floor((i * spare) / (count - 1)));
}
