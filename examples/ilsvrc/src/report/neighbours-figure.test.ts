import sharp from 'sharp';
import { expect, test } from 'vitest';
import { neighboursFigure, type SquareImage } from './neighbours-figure.js';

const plain = (side: number, ...rgb: number[]): SquareImage => ({
  pixels: Uint8Array.from({ length: side * side * 3 }, (_, i) => rgb[i % 3] as number),
  side,
});

test('queries are in the first column, followed by a wider gap and their neighbours in order', async () => {
  const rows = [
    { query: plain(8, 255, 0, 0), nearest: [plain(8, 0, 255, 0), plain(16, 0, 0, 255)] },
    { query: plain(8, 9, 9, 9), nearest: [plain(8, 99, 99, 99)] },
  ];
  const png = await neighboursFigure(rows, { tile: 10, gap: 2, queryGap: 6 });
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([10 + 6 + 10 + 2 + 10, 22]);
  const at = (x: number, y: number): number[] => [
    ...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3),
  ];
  const white = [255, 255, 255];
  for (const [x, color] of [[0, [255, 0, 0]], [9, [255, 0, 0]], [10, white], [15, white], [16, [0, 255, 0]], [25, [0, 255, 0]], [26, white], [28, [0, 0, 255]], [37, [0, 0, 255]]] as const) {
    expect(at(x, 5), `x ${x}`).toEqual(color);
  } // biome-ignore format: places along a row
  expect([at(0, 11), at(0, 12), at(16, 21), at(28, 15)]).toEqual([white, [9, 9, 9], [99, 99, 99], white]);
});

test('bad input names the rule and the value', async () => {
  await expect(neighboursFigure([])).rejects.toThrow(
    'rows must hold at least one (neighboursFigure), got none.',
  );
  const query = { pixels: new Uint8Array(5), side: 2 };
  await expect(neighboursFigure([{ query, nearest: [] }])).rejects.toThrow(
    'pixels must be 2 x 2 x 3 bytes (neighboursFigure), got 5.',
  );
});
