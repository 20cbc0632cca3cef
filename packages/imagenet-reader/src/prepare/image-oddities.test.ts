/** Unusual images, each compared with pixel values that are known without decoding it. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, deflateSync, gzipSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { expect, test } from 'vitest';
import { failure, gradient, jpeg, temporaryFolder } from '../source/generate-ilsvrc.test-data.js';
import { openIlsvrc } from '../source/open-ilsvrc.js';
import { prepare } from './prepare.js';
import { squarePixels } from './square-pixels.js';

type Colour = readonly [r: number, g: number, b: number];
const RED: Colour = [200, 50, 60];
const SIZE = 8;

const flat = ([r, g, b]: Colour, width = 20, height = 30): Sharp =>
  sharp({ create: { width, height, channels: 3, background: { r, g, b } } });
const painting = (): Sharp => sharp(gradient(5, 20, 30), { raw: { width: 20, height: 30, channels: 3 } });
const differenceFrom = (pixels: Uint8Array, colour: Colour): number =>
  pixels.reduce((most, value, i) => Math.max(most, Math.abs(value - (colour[i % 3] ?? Number.NaN))), 0);

test('lossless formats are exact, whatever their bit depth', async () => {
  const sixteen = Uint16Array.from({ length: 20 * 30 * 3 }, (_, i) => (RED[i % 3] ?? 0) * 257);
  const deep = sharp(sixteen, { raw: { width: 20, height: 30, channels: 3 } });
  const files = [
    await flat(RED).png().toBuffer(),
    await flat(RED).png({ palette: true, colours: 2 }).toBuffer(),
    await deep.toColourspace('rgb16').png().toBuffer(),
    await flat(RED).webp({ lossless: true }).toBuffer(),
    await flat(RED).tiff({ compression: 'lzw' }).toBuffer(),
    await flat(RED).avif({ lossless: true, chromaSubsampling: '4:4:4' }).toBuffer(),
  ];
  expect((await sharp(files[2]).metadata()).depth).toBe('ushort');
  for (const file of files) expect(differenceFrom(await squarePixels(file, SIZE), RED)).toBe(0);
});

test('grey of 8 or 16 bits or with alpha becomes three equal channels', async () => {
  const grey16 = new Uint16Array(20 * 30).fill(90 * 256 + 17);
  const deep = sharp(grey16, { raw: { width: 20, height: 30, channels: 1 } });
  const grey8 = sharp(Buffer.alloc(600, 90), { raw: { width: 20, height: 30, channels: 1 } });
  const two = Buffer.from(Array.from({ length: 1200 }, (_, i) => (i % 2 === 0 ? 90 : 7)));
  const files = [
    await deep.toColourspace('grey16').png().toBuffer(),
    await grey8.toColourspace('b-w').png().toBuffer(),
    await grey8.jpeg().toBuffer(),
    await sharp(two, { raw: { width: 20, height: 30, channels: 2 } })
      .png()
      .toBuffer(),
  ];
  for (const file of files) {
    expect(differenceFrom(await squarePixels(file, SIZE), [90, 90, 90])).toBeLessThanOrEqual(1);
  }
});

test('colours under transparency are kept', async () => {
  const plain = await squarePixels(await painting().png().toBuffer(), SIZE);
  const pixels = gradient(5, 20, 30);
  const veiled = Buffer.alloc(20 * 30 * 4);
  for (let i = 0; i < 600; i++) {
    pixels.copy(veiled, i * 4, i * 3, i * 3 + 3);
    veiled[i * 4 + 3] = (i * 37) % 256;
  }
  const rgba = sharp(veiled, { raw: { width: 20, height: 30, channels: 4 } });
  expect(await squarePixels(await rgba.png().toBuffer(), SIZE)).toEqual(plain);
  const clear = await flat(RED).ensureAlpha(0).png().toBuffer();
  expect(differenceFrom(await squarePixels(clear, SIZE), RED)).toBe(0);
});

test('an embedded profile is applied: Display P3 comes back as the sRGB it was', async () => {
  // IEC 61966-2-1 and SMPTE EG 432-1, both with D65 and sRGB's curve: linear sRGB -> linear P3.
  const toP3 = [
    [0.82246197, 0.17753803, 0],
    [0.0331942, 0.9668058, 0],
    [0.01708263, 0.07239744, 0.91051993],
  ];
  const linear = RED.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  const p3 = toP3
    .map((row) => row.reduce((sum, weight, i) => sum + weight * (linear[i] ?? 0), 0))
    .map((v) => 255 * (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055)) as unknown as Colour;
  const file = await flat(RED).withIccProfile('p3').png().toBuffer();
  const stored = await sharp(file, { ignoreIcc: true }).removeAlpha().raw().toBuffer();
  expect(differenceFrom(stored, p3)).toBeLessThanOrEqual(1.5);
  expect(differenceFrom(stored, RED)).toBeGreaterThan(10);
  expect(differenceFrom(await squarePixels(file, SIZE), RED)).toBeLessThanOrEqual(2);
});

test('CMYK as Photoshop writes it, inverted with Adobe’s marker, is read as inks', async () => {
  const cmyk = (colour: Colour): Promise<Buffer> =>
    flat(colour).toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer();
  const white = await cmyk([255, 255, 255]);
  expect(differenceFrom(await squarePixels(white, SIZE), [255, 255, 255])).toBeLessThanOrEqual(1);
  expect(differenceFrom(await squarePixels(await cmyk([0, 0, 0]), SIZE), [0, 0, 0])).toBeLessThanOrEqual(12);
  // Inks cover fewer colours than light, so some levels are lost.
  expect(differenceFrom(await squarePixels(await cmyk(RED), SIZE), RED)).toBeLessThanOrEqual(30);
  const marker = white.indexOf(Buffer.from([0xff, 0xee]));
  expect(white.toString('latin1', marker + 4, marker + 9)).toBe('Adobe');
});

test('EXIF orientation, junk EXIF, bytes after the end, gzip and progressive coding do not change the pixels', async () => {
  const clean = await painting().jpeg({ quality: 90 }).toBuffer();
  const expected = await squarePixels(clean, SIZE);
  const exif = Buffer.concat([
    Buffer.from([0xff, 0xe1, 0, 24]),
    Buffer.from('Exif\0\0II*\0\xff\xff\xff\xffjunkjunk', 'latin1'),
  ]);
  // One entry of a little-endian TIFF: tag 0x112, a short, 6: 'turn it to the right'.
  const sixth = Buffer.from(
    'ffe10022457869660000' + '49492a0008000000' + '0100' + '120103000100000006000000' + '00000000',
    'hex',
  );
  const turned = Buffer.concat([clean.subarray(0, 2), sixth, clean.subarray(2)]);
  expect((await sharp(turned).metadata()).orientation).toBe(6);
  const odd = {
    turned,
    exif: Buffer.concat([clean.subarray(0, 2), exif, clean.subarray(2)]),
    trailing: Buffer.concat([clean, Buffer.from('\0\0<html>more</html>')]),
    gzip: gzipSync(clean),
    progressive: await painting().jpeg({ quality: 90, progressive: true }).toBuffer(),
  };
  for (const [kind, file] of Object.entries(odd)) {
    expect(await squarePixels(file, SIZE), kind).toEqual(expected);
  }
});

test('an image one pixel wide is scaled to a square, and of an animation the first frame is used', async () => {
  for (const [width, height] of [
    [1, 1],
    [1, 16000],
    [16000, 1],
    [2, 3],
  ] as const) {
    const pixels = await squarePixels(await flat(RED, width, height).png().toBuffer(), 256);
    expect(pixels).toHaveLength(256 * 256 * 3);
    expect(differenceFrom(pixels, RED)).toBe(0);
  }
  const frames = Buffer.concat([Buffer.alloc(1200, 200), Buffer.alloc(1200, 10)]);
  const gif = await sharp(frames, { raw: { width: 20, height: 40, channels: 3, pageHeight: 20 } })
    .gif({ delay: [100, 100] })
    .toBuffer();
  expect((await sharp(gif).metadata()).pages).toBe(2);
  expect(differenceFrom(await squarePixels(gif, SIZE), [200, 200, 200])).toBe(0);
});

/** A PNG of a few bytes that declares any size. */
function pngOf(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length, 0);
    ends.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  };
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const data = chunk('IDAT', deflateSync(Buffer.alloc(100)));
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([signature, chunk('IHDR', header), data, chunk('IEND', Buffer.alloc(0))]);
}

test('an image that declares more than 100 million pixels is refused, and prepare names its file', async () => {
  const large = await jpeg(1, 64, 64);
  const frame = large.indexOf(Buffer.from([0xff, 0xc0]));
  large.writeUInt16BE(65_000, frame + 5);
  large.writeUInt16BE(65_000, frame + 7);
  const before = process.memoryUsage().rss;
  for (const file of [pngOf(60_000, 60_000), pngOf(10_001, 10_000), large]) {
    expect(await failure(squarePixels(file, SIZE))).toBe('it has more than 100,000,000 pixels');
  }
  expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  const dir = await temporaryFolder();
  const folder = join(dir, 'train/a');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'bomb.png'), pngOf(60_000, 60_000));
  await writeFile(join(folder, 'good.jpg'), await jpeg(2));
  const source = await openIlsvrc(dir);
  expect(await failure(prepare(source, join(dir, 'out'), { size: SIZE }))).toContain(
    `${folder}/bomb.png cannot be decoded (it has more than 100,000,000 pixels)`,
  );
  const report = await prepare(source, join(dir, 'out'), { size: SIZE, onError: 'skip' });
  expect(report.skipped.map(({ location }) => location)).toEqual([`${folder}/bomb.png`]);
});

test('other kinds of files are refused before they are decoded', async () => {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>';
  for (const text of [svg, '%PDF-1.4', '<html>403</html>', 'GIF89']) {
    expect(await failure(squarePixels(Buffer.from(text), SIZE))).toBe(
      'it is not a JPEG, PNG, GIF, WebP, TIFF or AVIF',
    );
  }
  expect(await failure(squarePixels(Buffer.alloc(0), SIZE))).toBe('it is empty');
  const bomb = gzipSync(Buffer.alloc(2 ** 26 + 1));
  expect(await failure(squarePixels(bomb, SIZE))).toBe(
    'its gzip compression is damaged or unpacks to too much',
  );
});
