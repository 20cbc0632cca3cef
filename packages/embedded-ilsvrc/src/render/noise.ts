import { randomStream } from '@alexnet/random';

const SIDE = 256;
const MASK = SIDE - 1;
const OCTAVES = 5;
/** Made when the first image is drawn. */
let table: Float32Array | undefined;

/**
 * Fractal value noise: five octaves, the coarsest 32 units wide, in 0..1 with mean .5, repeating every 256 units.
 *
 * It reads one table that never changes; an image chooses its own piece by an offset. A lookup costs some
 * 10 ns, a fifth of summing the octaves at every pixel.
 */
export function fractalNoise(x: number, y: number): number {
  table ??= fractalTile();
  const tile = table;
  const left = Math.floor(x);
  const top = Math.floor(y);
  const fx = x - left;
  const fy = y - top;
  const x0 = left & MASK;
  const x1 = (left + 1) & MASK;
  const row0 = (top & MASK) * SIDE;
  const row1 = ((top + 1) & MASK) * SIDE;
  const upper = (tile[row0 + x0] as number) * (1 - fx) + (tile[row0 + x1] as number) * fx;
  const lower = (tile[row1 + x0] as number) * (1 - fx) + (tile[row1 + x1] as number) * fx;
  return upper + (lower - upper) * fy;
}

/** A number in 0..1 that belongs to a cell of a grid and looks random from cell to cell. */
export function cellNoise(column: number, row: number, salt: number): number {
  let h = Math.imul(column, 0x27d4eb2d) ^ Math.imul(row, 0x165667b1) ^ Math.imul(salt, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

/** 0 below `low`, 1 above `high`, a smooth step between. */
export function smoothstep(low: number, high: number, x: number): number {
  const t = Math.min(1, Math.max(0, (x - low) / (high - low)));
  return t * t * (3 - 2 * t);
}

function fractalTile(): Float32Array {
  const sum = new Float32Array(SIDE * SIDE);
  for (let octave = 0; octave < OCTAVES; octave++) addOctave(sum, 8 << octave, 0.5 ** (octave + 1), octave);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of sum) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return sum.map((value) => (value - low) / (high - low));
}

/** Adds smoothed random values on a periodic grid of `cells` x `cells`. */
function addOctave(sum: Float32Array, cells: number, weight: number, octave: number): void {
  const stream = randomStream(0x7e57, octave); // a constant of the program, not of a data set
  const values = Float32Array.from({ length: cells * cells }, () => stream.uniform());
  const at = (column: number, row: number): number =>
    values[(row % cells) * cells + (column % cells)] as number;
  for (let y = 0; y < SIDE; y++) {
    const gy = (y * cells) / SIDE;
    const row = Math.floor(gy);
    const ty = smoothstep(0, 1, gy - row);
    for (let x = 0; x < SIDE; x++) {
      const gx = (x * cells) / SIDE;
      const column = Math.floor(gx);
      const tx = smoothstep(0, 1, gx - column);
      const upper = at(column, row) * (1 - tx) + at(column + 1, row) * tx;
      const lower = at(column, row + 1) * (1 - tx) + at(column + 1, row + 1) * tx;
      sum[y * SIDE + x] = (sum[y * SIDE + x] as number) + weight * (upper + (lower - upper) * ty);
    }
  }
}
