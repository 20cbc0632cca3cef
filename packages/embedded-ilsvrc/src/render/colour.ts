import type { RandomStream } from '@alexnet/random';
import { between } from './draws.js';

/** Red, green and blue as amounts of light (linear, 0..1), not as sRGB levels. */
export type Colour = readonly [red: number, green: number, blue: number];

/** The colour of a hue in degrees (any real number), a saturation and an sRGB value, both 0..1. */
export function hsv(hue: number, saturation: number, value: number): Colour {
  const channel = (offset: number): number => {
    const k = (((offset + hue / 60) % 6) + 6) % 6;
    return linear(value - value * saturation * Math.max(0, Math.min(k, 4 - k, 1)));
  };
  return [channel(5), channel(3), channel(1)];
}

/** Any colour within the given ranges of saturation and value. */
export function anyColour(
  stream: RandomStream,
  saturation: readonly [number, number] = [0.2, 0.9],
  value: readonly [number, number] = [0.25, 0.95],
): Colour {
  return hsv(stream.uniform() * 360, between(stream, ...saturation), between(stream, ...value));
}

/** Two colours that can be told apart: their lightness differs by at least .35 of a level. */
export function contrastingColours(stream: RandomStream): [Colour, Colour] {
  const hue = stream.uniform() * 360;
  const light = hsv(hue + between(stream, -180, 180), between(stream, 0, 0.7), between(stream, 0.78, 1));
  const dark = hsv(hue, between(stream, 0.3, 0.95), between(stream, 0.18, 0.55));
  return stream.uniform() < 0.5 ? [light, dark] : [dark, light];
}

/** The colour with all its light multiplied by a factor. */
export function scaled([red, green, blue]: Colour, factor: number): Colour {
  return [red * factor, green * factor, blue * factor];
}

/** The way from one colour to another; `t` = 0 gives the first. */
export function mixed(a: Colour, b: Colour, t: number): Colour {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
}

/** The amount of light of an sRGB level, approximated by the power 2.2. */
function linear(level: number): number {
  return Math.max(0, level) ** 2.2;
}
