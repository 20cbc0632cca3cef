import type { RandomStream } from '@alexnet/random';
import { type Colour, contrastingColours } from '../colour.js';
import { between, chance } from '../draws.js';
import { fractalNoise, smoothstep } from '../noise.js';
import type { SpacePaint } from './ball.js';

/** Stripes for a body about the y axis, between -1 and 1: rings, gores, or a spiral, straight or wavy. */
export function spaceStripes(stream: RandomStream): SpacePaint {
  const [a, b] = contrastingColours(stream);
  const rings = between(stream, 2.6, 4.2);
  const kind = stream.integer(3);
  const turns = kind === 0 ? 0 : 6 + stream.integer(4); // whole, so that the pattern closes
  const heights = kind === 1 ? 0 : rings * (kind === 2 ? 0.6 : 1);
  const share = between(stream, 0.4, 0.6);
  const wave = chance(stream, 0.3) ? between(stream, 0.2, 0.5) : 0;
  const offset = stream.uniform() * 256;
  return (x, y, z, out) => {
    let phase = y * heights + 7;
    if (turns > 0) phase += (turns * Math.atan2(z, x)) / (2 * Math.PI);
    if (wave > 0) phase += wave * (fractalNoise(x * 16 + offset, y * 16 + z * 11) - 0.5);
    const place = phase - Math.floor(phase);
    out.paint(a);
    out.blend(b, smoothstep(0, 0.05, place) - smoothstep(share, share + 0.05, place));
  };
}

/** Round spots for a body of radius `bodyRadius(y)` about the y axis, spread evenly over it. */
export function spaceSpots(stream: RandomStream, bodyRadius: (y: number) => number): SpacePaint {
  const slimness = Math.sqrt(Math.min(1, (bodyRadius(-0.5) + bodyRadius(0) + bodyRadius(0.5)) / 3));
  const centres = spotCentres(stream, bodyRadius, 26 + stream.integer(26), { size: slimness });
  return spotsOf(stream, contrastingColours(stream), centres);
}

/** Spots of the second colour about the given centres (x, y, z, radius). */
function spotsOf(
  stream: RandomStream,
  [ground, spot]: readonly [Colour, Colour],
  centres: Float64Array,
): SpacePaint {
  const edge = between(stream, 0.02, 0.05);
  return (x, y, z, out) => {
    let inside = -1;
    for (let i = 0; i < centres.length; i += 4) {
      const dx = x - (centres[i] as number);
      const dy = y - (centres[i + 1] as number);
      const dz = z - (centres[i + 2] as number);
      const radius = centres[i + 3] as number;
      const square = dx * dx + dy * dy + dz * dz;
      if (square < radius * radius) inside = Math.max(inside, radius - Math.sqrt(square));
    }
    out.paint(ground);
    if (inside > 0) out.blend(spot, smoothstep(0, edge, inside));
  };
}

/** Places on a body of revolution far from one another: of several draws, the one farthest from all before. */
export function spotCentres(
  stream: RandomStream,
  bodyRadius: (y: number) => number,
  count: number,
  { low = -1, high = 1, size: given = 1 }: { low?: number; high?: number; size?: number } = {},
): Float64Array {
  const centres = new Float64Array(4 * count);
  const size = (given * between(stream, 1.05, 1.45)) / Math.sqrt(count);
  for (let i = 0; i < count; i++) {
    let farthest = -1;
    for (let attempt = 0; attempt < 8; attempt++) {
      const y = between(stream, low, high);
      const angle = 2 * Math.PI * stream.uniform();
      const x = bodyRadius(y) * Math.cos(angle);
      const z = bodyRadius(y) * Math.sin(angle);
      const gap = nearest(centres, i, x, y, z);
      if (gap <= farthest) continue;
      farthest = gap;
      centres.set([x, y, z, size * between(stream, 0.75, 1.1)], 4 * i);
    }
  }
  return centres;
}

function nearest(centres: Float64Array, count: number, x: number, y: number, z: number): number {
  let least = 1e9;
  for (let i = 0; i < 4 * count; i += 4) {
    const dx = x - (centres[i] as number);
    const dy = y - (centres[i + 1] as number);
    const dz = z - (centres[i + 2] as number);
    least = Math.min(least, dx * dx + dy * dy + dz * dz);
  }
  return least;
}
