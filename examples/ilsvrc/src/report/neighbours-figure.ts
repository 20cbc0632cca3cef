import sharp from 'sharp';

/** An image of `side * side` RGB pixels. */
export interface SquareImage {
  readonly pixels: Uint8Array;
  readonly side: number;
}

/** A query image and the training images nearest to it, nearest first. */
export interface NeighboursRow {
  readonly query: SquareImage;
  readonly nearest: readonly SquareImage[];
}

export interface NeighboursFigureOptions {
  /** The side of an image in the figure, in pixels; default 128. */
  tile?: number;
  /** Pixels between images; default 4. */
  gap?: number;
  /** Pixels between the first column and the others; default 20. */
  queryGap?: number;
}

/**
 * Draws nearest neighbours like Figure 4 (right) of the paper, as a PNG. Each row has a query in the first
 * column and, after a wider gap, its neighbours, nearest first.
 *
 * Source: Krizhevsky et al. 2012, sec. 6.1, Figure 4.
 *
 * @throws RangeError if there are no rows, or pixels are not side x side x 3 bytes.
 * @example
 * await writeFile('figure4-right.png', await neighboursFigure([{ query, nearest }]));
 */
export async function neighboursFigure(
  rows: readonly NeighboursRow[],
  { tile = 128, gap = 4, queryGap = 20 }: NeighboursFigureOptions = {},
): Promise<Buffer> {
  if (rows.length === 0) throw new RangeError('rows must hold at least one (neighboursFigure), got none.');
  const columns = Math.max(...rows.map(({ nearest }) => nearest.length));
  const pitch = tile + gap;
  const left = (column: number): number => (column === 0 ? 0 : tile + queryGap + (column - 1) * pitch);
  const tiles = rows.flatMap(({ query, nearest }, row) =>
    [query, ...nearest].map(async (image, column) => ({
      input: await tileOf(image, tile),
      left: left(column),
      top: row * pitch,
    })),
  );
  const width = columns === 0 ? tile : left(columns) + tile;
  const height = rows.length * pitch - gap;
  return sharp({ create: { width, height, channels: 3, background: '#ffffff' } })
    .composite(await Promise.all(tiles))
    .removeAlpha()
    .png({ compressionLevel: 9 })
    .toBuffer();
}

function tileOf({ pixels, side }: SquareImage, tile: number): Promise<Buffer> {
  if (pixels.length !== side * side * 3) {
    throw new RangeError(
      `pixels must be ${side} x ${side} x 3 bytes (neighboursFigure), got ${pixels.length}.`,
    );
  }
  return sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
    .resize(tile, tile)
    .png()
    .toBuffer();
}
