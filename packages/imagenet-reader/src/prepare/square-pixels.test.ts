import sharp, { type Sharp } from 'sharp';
import { expect, test } from 'vitest';
import { failure, gradient, jpeg } from '../source/generate-ilsvrc.test-data.js';
import { squarePixels } from './square-pixels.js';

const raw = (width: number, height: number): Sharp =>
  sharp(gradient(3, width, height), { raw: { width, height, channels: 3 } });

const difference = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0);

test('scales the shorter side and keeps the central square', async () => {
  const size = 16;
  // One side is already 16, so the square is a plain crop, at ceil((40 - 16) / 2) and ceil((41 - 16) / 2).
  const wide = await squarePixels(await raw(40, 16).png().toBuffer(), size);
  const tall = await squarePixels(await raw(16, 41).png().toBuffer(), size);
  const [wideSource, tallSource] = [gradient(3, 40, 16), gradient(3, 16, 41)];
  for (let y = 0; y < size; y++) {
    const row = wide.subarray(y * size * 3, (y + 1) * size * 3);
    expect(difference(row, wideSource.subarray((y * 40 + 12) * 3, (y * 40 + 28) * 3))).toBe(0);
  }
  expect(difference(tall, tallSource.subarray(13 * 16 * 3, 29 * 16 * 3))).toBe(0);
});

test('equals a resize of the shorter side followed by a crop', async () => {
  const file = await jpeg(1, 90, 60);
  const whole = await sharp(file).resize({ height: 20, fastShrinkOnLoad: false }).raw().toBuffer();
  const square = await squarePixels(file, 20);
  for (let y = 0; y < 20; y++) {
    const row = square.subarray(y * 60, (y + 1) * 60);
    expect(difference(row, whole.subarray((y * 30 + 5) * 3, (y * 30 + 25) * 3))).toBeLessThanOrEqual(1);
  }
});

test('gives three channels for grey, 16-bit, palette, transparent and CMYK images', async () => {
  const files = {
    grey: await raw(20, 30).greyscale().jpeg().toBuffer(),
    deep: await raw(20, 30).toColourspace('rgb16').png().toBuffer(),
    palette: await raw(20, 30).png({ palette: true }).toBuffer(),
    transparent: await raw(20, 30).ensureAlpha(0.5).png().toBuffer(),
    cmyk: await raw(20, 30).toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer(),
  };
  expect((await sharp(files.cmyk).metadata()).channels).toBe(4);
  const plain = await squarePixels(await raw(20, 30).png().toBuffer(), 16);
  for (const [kind, file] of Object.entries(files)) {
    const pixels = await squarePixels(file, 16);
    expect(pixels).toHaveLength(16 * 16 * 3);
    if (kind === 'grey') expect(pixels[0]).toBe(pixels[1]);
    if (kind === 'deep') expect(difference(pixels, plain)).toBeLessThanOrEqual(2);
    // Colours are weighted by alpha while they are resized, so some levels are lost at half transparency.
    if (kind === 'transparent') expect(difference(pixels, plain)).toBeLessThanOrEqual(6);
  }
});

test('does not rotate an image by its EXIF orientation', async () => {
  const plain = await raw(20, 30).png().toBuffer();
  const turned = await sharp(plain).withMetadata({ orientation: 6 }).png().toBuffer();
  expect(difference(await squarePixels(turned, 16), await squarePixels(plain, 16))).toBe(0);
});

test('a truncated, damaged or foreign file is an error of one line', async () => {
  const file = await jpeg(2, 200, 150);
  for (const bytes of [
    file.subarray(0, 2000),
    file.subarray(0, 50),
    Buffer.from('GIF89a no'),
    Buffer.alloc(0),
  ]) {
    expect(await failure(squarePixels(bytes, 16))).toMatch(/^(?!nothing was thrown).+$/);
  }
});

test('a JPEG cut anywhere is refused', async () => {
  const file = await jpeg(4, 120, 100);
  for (let length = 1; length < file.length - 2; length += 97) {
    expect(await failure(squarePixels(file.subarray(0, length), 16))).not.toBe('nothing was thrown');
  }
});

test('the reason of a broken image is not lost if others are decoded at the same time', async () => {
  const whole = await jpeg(1, 300, 300);
  const [cut, small] = [whole.subarray(0, whole.length / 2), await jpeg(2, 30, 30)];
  const reasons = new Set<string>();
  for (let round = 0; round < 40; round++) {
    const decoded = Array.from({ length: 8 }, (_, i) => squarePixels(i % 4 === 0 ? cut : small, 96));
    for (const [i, result] of (await Promise.allSettled(decoded)).entries()) {
      expect(result.status).toBe(i % 4 === 0 ? 'rejected' : 'fulfilled');
      if (result.status === 'rejected') reasons.add(result.reason.message);
    }
  }
  expect([...reasons]).toEqual(['VipsJpeg: premature end of JPEG image']);
});
