import type { RandomStream } from '@alexnet/random';
import { between } from '../draws.js';
import { RIM, type Solid, type Surface } from '../surface.js';
import type { SpacePaint } from './ball.js';

const SAMPLES = 128;

/** The outline of a vase: its radius at SAMPLES + 1 heights from the rim (y = -1) to the foot (y = 1). */
export function vaseProfile(stream: RandomStream): Float64Array {
  const foot = between(stream, 0.22, 0.42);
  const belly = between(stream, 0.45, 0.78);
  const neck = between(stream, 0.16, 0.38);
  const rim = neck + between(stream, 0.05, 0.25);
  const bellyAt = between(stream, -0.1, 0.5);
  const neckAt = between(stream, -0.85, -0.5);
  const knots = [
    [-1, rim],
    [neckAt, neck],
    [bellyAt, belly],
    [1, foot],
  ] as const;
  return Float64Array.from({ length: SAMPLES + 1 }, (_, i) => smoothThrough(knots, -1 + (2 * i) / SAMPLES));
}

/** A vase turned on a wheel, seen a little from above: its bands bend, its mouth is an ellipse. */
export function vase(
  stream: RandomStream,
  profile: Float64Array,
  makePaint: (stream: RandomStream) => SpacePaint,
): Solid {
  const tilt = between(stream, 0.08, 0.3);
  const gloss = between(stream, 0.1, 0.9);
  const paint = turned(makePaint(stream), 2 * Math.PI * stream.uniform());
  const rim = profile[0] as number;
  const rise = rim * tilt;
  const drop = (profile[SAMPLES] as number) * tilt;
  const widest = Math.max(...profile);
  return {
    halfWidth: widest,
    halfHeight: 1 + (rise + drop) / 2,
    stance: 'standing',
    sample(x, fromCentre, out) {
      const y = fromCentre + (drop - rise) / 2;
      out.depth = widest - Math.abs(x);
      if (out.depth < -RIM) return;
      out.gloss = gloss;
      if (y < -1 + rise && sampleMouth(x, (y + 1) / tilt, rim, out, paint)) return;
      sampleBody(x, y, profile, tilt, out, paint);
    },
  };
}

/** The pattern turned about the vase's axis. */
function turned(paint: SpacePaint, angle: number): SpacePaint {
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  return (x, y, z, out) => paint(cos * x - sin * z, y, sin * x + cos * z, out);
}

/** The wall: a point (x, y) of the canvas shows the height h for which h + tilt z(h) = y. */
function sampleBody(
  x: number,
  y: number,
  profile: Float64Array,
  tilt: number,
  out: Surface,
  paint: SpacePaint,
): void {
  let height = y;
  for (let i = 0; i < 2; i++) {
    const r = radiusAt(profile, height);
    height = y - tilt * Math.sqrt(Math.max(0, r * r - x * x));
  }
  const r = radiusAt(profile, height);
  const slope = (radiusAt(profile, height + 0.02) - radiusAt(profile, height - 0.02)) / 0.04;
  const length = Math.sqrt(1 + slope * slope);
  out.depth = Math.min((r - Math.abs(x)) / length, 1 - height, height + 1);
  if (out.depth < -RIM) return;
  const nx = Math.max(-1, Math.min(1, x / r));
  const nz = Math.sqrt(1 - nx * nx);
  paint(r * nx, height, r * nz, out);
  out.shade(height > 0.6 ? 1 - 0.5 * (height - 0.6) : 1);
  out.normalX = nx / length;
  out.normalY = -slope / length;
  out.normalZ = nz / length;
}

/** The mouth: the lip seen edge on and the dark inside; true if the point belongs to it. */
function sampleMouth(x: number, z: number, rim: number, out: Surface, paint: SpacePaint): boolean {
  const reach = Math.sqrt(x * x + z * z) / rim;
  if (reach > 1) return false;
  const isLip = reach > 0.88;
  paint(x, -1, z, out);
  out.depth = 1;
  out.normalX = isLip ? 0 : -x / rim;
  out.normalY = isLip ? -0.8 : 0.3;
  out.normalZ = 0.6;
  out.normalise();
  if (isLip) return true;
  out.shade(0.12 + 0.25 * Math.max(0, -z / rim));
  out.gloss = 0;
  return true;
}

/** The profile's radius at a height in -1..1. */
export function radiusAt(profile: Float64Array, y: number): number {
  const place = Math.max(0, Math.min(SAMPLES - 0.001, ((y + 1) / 2) * SAMPLES));
  const i = Math.floor(place);
  const left = profile[i] as number;
  return left + ((profile[i + 1] as number) - left) * (place - i);
}

/** A curve through knots (height, radius), level at inner ones (cosine pieces). */
function smoothThrough(knots: readonly (readonly [number, number])[], y: number): number {
  for (let i = 1; i < knots.length; i++) {
    const [y0, r0] = knots[i - 1] as readonly [number, number];
    const [y1, r1] = knots[i] as readonly [number, number];
    if (y > y1) continue;
    return r0 + (r1 - r0) * (0.5 - 0.5 * Math.cos((Math.PI * (y - y0)) / (y1 - y0)));
  }
  return knots[knots.length - 1]?.[1] ?? 0;
}
