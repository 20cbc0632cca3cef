import { presets } from '@alexnet/alexnet-model';
import { drawColorShift, imagenetRgbPca, type Triple } from '@alexnet/augment-pca';
import { drawJpeg } from '@alexnet/embedded-ilsvrc';
import { randomStream } from '@alexnet/random';
import sharp, { type OverlayOptions } from 'sharp';
import { label } from './label.js';

/** One way to read the formula of sec. 4.1; `sigma` and `scale` are for pixels 0..255. */
interface Reading {
  readonly title: string;
  readonly note: string;
  readonly sigma: number;
  readonly scale: 'eigenvalue' | 'sqrt';
}

const { pca: asRun } = presets.original2012.augmentation;
const { pca: asPaper } = presets.paper.augmentation;
if (!asRun || !asPaper) throw new Error('the presets paper and original2012 must have color noise.');

/** The three readings, top to bottom. */
export const readings: readonly Reading[] = [
  { title: 'Square roots, of pixels in 0..255', note: 'the program of 2012, preset original2012', ...asRun },
  { title: 'As printed, of pixels in 0..1', note: 'preset paper', ...asPaper },
  {
    title: 'As printed, of pixels in 0..255',
    note: 'the formula, copied onto bytes',
    sigma: 0.1,
    scale: 'eigenvalue',
  },
];

const SEED = 2012;
const IMAGE = { label: 6, number: 3 }; // a brick house with grays, a sky, a lawn and a red roof
const DRAWS = 6;
/** The layout, in pixels. */
export const layout = {
  tile: 128,
  gap: 8,
  margin: 24,
  top: 56,
  /** From one row to the next, and from the top of a row to its images. */
  row: 206,
  heading: 30,
} as const;
const ink = { strong: '#1f2328', weak: '#59636e', edge: '#d1d9e0' } as const;

const left = (column: number): number => layout.margin + column * (layout.tile + layout.gap);
const top = (row: number): number => layout.top + row * layout.row + layout.heading;

/** The red, green and blue that a reading adds in draw `number`; all readings share the three normal draws. */
function shiftOf({ sigma, scale }: Reading, number: number): Triple {
  return drawColorShift(randomStream(SEED, number), imagenetRgbPca, { sigma, scale });
}

/**
 * Draws the effect of the color noise as a PNG, with a row for each reading of the formula: the original image and six draws.
 *
 * Source: Krizhevsky et al. 2012, sec. 4.1.
 */
export async function colorNoiseFigure(): Promise<Buffer> {
  const image = await sharp(await drawJpeg(SEED, 'train', IMAGE.label, IMAGE.number))
    .resize({ width: layout.tile, height: layout.tile, fit: 'cover' })
    .raw()
    .toBuffer();
  const parts = [
    ...(await header()),
    ...(await Promise.all(readings.map((reading, row) => drawRow(image, reading, row)))).flat(),
  ];
  const width = 2 * layout.margin + (DRAWS + 1) * (layout.tile + layout.gap) - layout.gap;
  const height = layout.top + readings.length * layout.row;
  return sharp({ create: { width, height, channels: 3, background: '#ffffff' } })
    .composite(parts)
    .png({ compressionLevel: 9, adaptiveFiltering: true })
    .toBuffer();
}

/** The three numbers that the images of a column share. */
function header(): Promise<OverlayOptions[]> {
  const style = { size: 12, color: ink.weak };
  const names = [1, 2, 3].map((i) => `a<sub>${i}</sub>`).join('  ');
  const draws = Array.from({ length: DRAWS }, (_, number) => {
    const stream = randomStream(SEED, number);
    const a = [stream.normal(), stream.normal(), stream.normal()].map((z) => signed(0.1 * z, 2));
    return label(a.join('  '), { left: left(number + 1), top: layout.margin }, style);
  });
  return Promise.all([label(names, { left: left(0), top: layout.margin }, style), ...draws]);
}

async function drawRow(image: Buffer, reading: Reading, row: number): Promise<OverlayOptions[]> {
  const [size] = imagenetRgbPca.eigenvalues;
  const deviation = reading.sigma * (reading.scale === 'sqrt' ? Math.sqrt(size) : size);
  const heading = { left: left(0), top: top(row) - layout.heading };
  const notes = `±${Math.round(deviation)} levels along the first component: ${reading.note}`;
  const small = { size: 12, color: ink.weak };
  const below = (at: { left: number; top: number }) => ({ ...at, top: at.top + layout.tile + 7 });
  const first = { left: left(0), top: top(row) };
  const parts = [
    label(reading.title, heading, { size: 15, color: ink.strong, isBold: true }),
    label(notes, { ...heading, left: left(2) }, { size: 13, color: ink.weak }),
    tile(image, [0, 0, 0], first),
    label('red  green  blue', below(first), small),
  ];
  for (let number = 0; number < DRAWS; number++) {
    const shift = shiftOf(reading, number);
    const at = { left: left(number + 1), top: top(row) };
    parts.push(tile(image, shift, at));
    const text = shift.map((level) => signed(level, 0)).join('  ');
    parts.push(label(text, below(at), small));
  }
  return Promise.all(parts);
}

/** The image with a color added, clipped to 0..255. */
async function tile(
  image: Buffer,
  shift: Triple,
  at: { left: number; top: number },
): Promise<OverlayOptions> {
  const pixels = Uint8ClampedArray.from(image, (level, i) => level + (shift[i % 3] ?? 0));
  const raw = { width: layout.tile, height: layout.tile, channels: 3 } as const;
  const input = await sharp(pixels, { raw })
    .extend({ top: 1, bottom: 1, left: 1, right: 1, background: ink.edge }) // a border, for white images on a white page
    .png()
    .toBuffer();
  return { input, left: at.left - 1, top: at.top - 1 };
}

/** '+.12', '−1483', '0'. */
function signed(value: number, digits: number): string {
  const text = Math.abs(value)
    .toFixed(digits)
    .replace(/^0(?=\.)/, '');
  return Number(text) === 0 ? text : `${value < 0 ? '−' : '+'}${text}`;
}
