import sharp from 'sharp';
import { expect, test } from 'vitest';
import { encodePixels } from '../prepared/image-format.js';
import { gradient, jpeg } from '../source/generate-ilsvrc.test-data.js';
import { JpegDecoder } from './jpeg-decoder.js';

const SIZE = 40;
const stored = (number: number): Promise<Buffer> => encodePixels(gradient(number, SIZE, SIZE), SIZE, 'jpg');
const pixelsOf = (bytes: Buffer): Promise<Buffer> => sharp(bytes).raw().toBuffer();

test('decodes to the same bytes as sharp, for any encoding', async () => {
  const decoder = new JpegDecoder(SIZE);
  const target = new Uint8Array(SIZE * SIZE * 3);
  const pixels = gradient(9, SIZE, SIZE);
  const raw = { raw: { width: SIZE, height: SIZE, channels: 3 } } as const;
  const files = [
    ...(await Promise.all([1, 2, 3, 4, 5].map(stored))),
    await sharp(pixels, raw).jpeg({ quality: 60 }).toBuffer(), // 4:2:0
    await sharp(pixels, raw).jpeg({ progressive: true }).toBuffer(),
    await sharp(pixels, raw).greyscale().toColourspace('b-w').jpeg().toBuffer(),
  ];
  for (const [i, file] of files.entries()) {
    decoder.decode(file, target);
    const expected = await pixelsOf(file);
    const rgb =
      expected.length === target.length ? expected : Buffer.from([...expected].flatMap((v) => [v, v, v]));
    expect(Buffer.compare(Buffer.from(target), rgb), `file ${i}`).toBe(0);
  }
});

test('anything but a complete image of the size is an error, and the next image is decoded as usual', async () => {
  const decoder = new JpegDecoder(SIZE);
  const target = new Uint8Array(SIZE * SIZE * 3);
  const whole = await stored(7);
  const expected = await pixelsOf(whole);
  const wrong: [Buffer, string][] = [
    [Buffer.from('an image'), 'damaged'],
    [Buffer.alloc(0), 'JPEG'],
    [whole.subarray(0, 200), 'damaged'],
    [whole.subarray(0, whole.length / 2), 'its JPEG data are damaged or end early'],
    [await jpeg(1, 34, 30), 'it holds 34x30 pixels, not 40x40'],
  ];
  for (const [bytes, message] of wrong) {
    expect(() => decoder.decode(bytes, target)).toThrow(message);
    decoder.decode(whole, target);
    expect(Buffer.compare(Buffer.from(target), expected)).toBe(0);
  }
});
