import type { AugmentOptions } from '@alexnet/imagenet-reader';
import { gridCrops } from '@alexnet/ten-crop';

/** The views of an image whose probabilities are averaged (sec. 4.1). */
export interface ViewSet {
  /** The name in `--views`: `1`, `10`, `3x3`. */
  readonly name: string;
  /** Views per image. */
  readonly count: number;
  /** Rows and columns of a grid. */
  readonly grid?: readonly [rows: number, columns: number];
}

/** The centre (1), or the corners and the centre with their mirror images (10). */
export function paperViews(views: 1 | 10): ViewSet {
  return { name: String(views), count: views };
}

/** More would keep too many views of an image in memory. */
const MOST_POSITIONS = 10;

/** @throws RangeError unless the text is 1, 10 or rows x columns. */
export function viewSet(text: string): ViewSet {
  if (text === '1' || text === '10') return paperViews(text === '1' ? 1 : 10);
  const [, rows, columns] = (/^(\d{1,2})x(\d{1,2})$/.exec(text) ?? []).map(Number);
  const isValid = (n: number | undefined): n is number => n !== undefined && n >= 1 && n <= MOST_POSITIONS;
  if (isValid(rows) && isValid(columns)) {
    return { name: `${rows}x${columns}`, count: rows * columns * 2, grid: [rows, columns] };
  }
  throw new RangeError(
    `views must be 1, 10 or rows x columns up to ${MOST_POSITIONS}x${MOST_POSITIONS}, such as 3x3, got '${text}'.`,
  );
}

/** The views as an option of the reader. @throws RangeError if the images are too small for the grid. */
export function cropOf(
  { name, grid }: ViewSet,
  geometry: { imageSize: number; size: number },
): NonNullable<AugmentOptions['crop']> {
  if (!grid) return name === '1' ? 'center' : 'ten';
  const [rows, columns] = grid;
  return gridCrops({ ...geometry, rows, columns });
}
