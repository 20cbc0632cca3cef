import { type RandomStream, randomStream } from '@alexnet/random';
import { type Canvas, soften } from './canvas.js';
import { between, chance } from './draws.js';

/** An 8-bit sRGB image, three bytes per pixel. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

const GRAIN_SIZE = 1 << 15;
const grain = normals();
const LEVELS = 4096;
const levels = gammaTable();

/** What a camera does: focus, exposure, white balance, vignette, grain, and sRGB levels. */
export function finish(canvas: Canvas, stream: RandomStream): Pixels {
  const { width, height, data } = canvas;
  const passes = chance(stream, 0.35) ? 1 + stream.integer(2) : 0;
  for (let i = 0; i < passes; i++) soften(canvas);
  const exposure = between(stream, 0.75, 1.3);
  const gains = [between(stream, 0.88, 1.12), 1, between(stream, 0.85, 1.15)].map((gain) => gain * exposure);
  const [red = 1, green = 1, blue = 1] = gains;
  const vignette = chance(stream, 0.6) ? between(stream, 0.1, 0.5) : 0;
  const noise = 255 * between(stream, 0.004, chance(stream, 0.25) ? 0.05 : 0.018);
  const fade = Float32Array.from({ length: width }, (_, x) => 2 * vignette * (x / width - 0.5) ** 2);
  const pixels = new Uint8ClampedArray(width * height * 3);
  for (let y = 0, p = 0; y < height; y++) {
    const middle = 1 - 2 * vignette * (y / height - 0.5) ** 2;
    let g = stream.integer(GRAIN_SIZE);
    for (let x = 0; x < width; x++, p += 3) {
      const kept = middle - (fade[x] as number);
      g = (g + 1) & (GRAIN_SIZE - 1);
      const luma = noise * (grain[g] as number);
      const chroma = 0.4 * noise * (grain[(g * 7) & (GRAIN_SIZE - 1)] as number);
      pixels[p] = level((data[p] as number) * red * kept) + luma + chroma;
      pixels[p + 1] = level((data[p + 1] as number) * green * kept) + luma;
      pixels[p + 2] = level((data[p + 2] as number) * blue * kept) + luma - chroma;
    }
  }
  return { width, height, data: new Uint8Array(pixels.buffer) };
}

/** The sRGB level 0..255 of an amount of light; strong light rolls off towards white. */
function level(light: number): number {
  return levels[Math.min(LEVELS - 1, (light * (LEVELS / 2)) | 0)] as number;
}

/** Levels for light 0..2: the power 1/2.2 with a shoulder above .7. */
function gammaTable(): Float32Array {
  return Float32Array.from({ length: LEVELS }, (_, i) => {
    const light = (i + 0.5) / (LEVELS / 2);
    const shoulder = light < 0.7 ? light : 0.7 + 0.3 * (1 - Math.exp(-(light - 0.7) / 0.3));
    return 255 * shoulder ** (1 / 2.2);
  });
}

function normals(): Float32Array {
  const stream = randomStream(0x6a41); // a constant of the program, not of a data set
  return Float32Array.from({ length: GRAIN_SIZE }, () => stream.normal());
}
