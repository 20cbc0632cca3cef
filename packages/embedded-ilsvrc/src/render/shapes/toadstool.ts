import type { RandomStream } from '@alexnet/random';
import type { Colour } from '../colour.js';
import { between } from '../draws.js';
import { fractalNoise, smoothstep } from '../noise.js';
import { RIM, type Solid, type Surface } from '../surface.js';
import { spotCentres } from './space-paints.js';

/** Colours of a toadstool. */
export interface ToadstoolColours {
  readonly cap: Colour;
  readonly wart: Colour;
  readonly stem: Colour;
}

/** Measures of a toadstool whose foot is at y = 1. */
interface Plan extends ToadstoolColours {
  /** Half the width of the cap, and its height above the brim. */
  readonly width: number;
  readonly height: number;
  /** The height of the cap's edge, and how far the front of the edge hangs below the middle. */
  readonly brim: number;
  readonly drop: number;
  readonly thickness: number;
  readonly lean: number;
  readonly gloss: number;
  readonly warts: Float64Array;
  readonly offset: number;
}

/** A toadstool: a domed cap with raised pale warts, its underside dark, a ring and a bulb on the stem. */
export function toadstool(stream: RandomStream, colours: ToadstoolColours): Solid {
  const width = between(stream, 0.7, 1);
  const plan: Plan = {
    ...colours,
    width,
    height: between(stream, 0.55, 0.95),
    brim: between(stream, -0.25, 0.05),
    drop: width * between(stream, 0.1, 0.24),
    thickness: between(stream, 0.14, 0.26),
    lean: between(stream, -0.12, 0.12),
    gloss: between(stream, 0.1, 0.7),
    warts: spotCentres(stream, (y) => Math.sqrt(Math.max(0, 1 - y * y)), 34, { high: 0.1 }),
    offset: stream.uniform() * 256,
  };
  const top = plan.brim - plan.height;
  const middle = (top + 1) / 2;
  return {
    halfWidth: width + RIM,
    halfHeight: (1 - top) / 2 + RIM,
    stance: 'standing',
    sample(x, fromCentre, out) {
      const y = fromCentre + middle;
      if (!sampleCap(x, y, plan, out)) sampleStem(x - plan.lean * (y - plan.brim), y, plan, out);
    },
  };
}

/** The cap: a dome above the brim, the half of a flat ellipse below it; false outside. */
function sampleCap(x: number, y: number, plan: Plan, out: Surface): boolean {
  const isDome = y < plan.brim;
  const half = isDome ? plan.height : plan.drop;
  const u = x / plan.width;
  const v = (y - plan.brim) / half;
  const reach = Math.sqrt(u * u + v * v);
  if (reach > 1.02) return false;
  out.depth = (1 - reach) * Math.min(half, plan.width);
  const z = Math.sqrt(Math.max(0, 1 - reach * reach));
  out.normalX = u;
  out.normalY = v;
  out.normalZ = z;
  out.gloss = plan.gloss;
  out.paint(plan.cap);
  out.shade(0.8 + 0.35 * fractalNoise(u * 20 + plan.offset, v * 20) - (v > -0.1 ? 0.25 : 0));
  const raised = wartAt(plan.warts, u, v, z);
  if (raised > 0) {
    out.blend(plan.wart, smoothstep(0, 0.03, raised));
    out.gloss = 0;
  }
  return true;
}

/** How far inside a wart a point of the unit sphere lies; <= 0 outside all. */
function wartAt(warts: Float64Array, x: number, y: number, z: number): number {
  let most = -1;
  for (let i = 0; i < warts.length; i += 4) {
    const dx = x - (warts[i] as number);
    const dy = y - (warts[i + 1] as number);
    const dz = z - (warts[i + 2] as number);
    const radius = 0.62 * (warts[i + 3] as number);
    const square = dx * dx + dy * dy + dz * dz;
    if (square < radius * radius) most = Math.max(most, radius - Math.sqrt(square));
  }
  return most;
}

/** The stem, under the cap darkened by its shadow. */
function sampleStem(x: number, y: number, plan: Plan, out: Surface): void {
  const t = (y - plan.brim) / (1 - plan.brim); // 0 at the brim, 1 at the foot
  const ring = t > 0.22 && t < 0.36 ? 0.4 * (t - 0.18) : 0;
  const half = plan.thickness * (1 + 0.55 * smoothstep(0.6, 0.95, t)) + ring;
  out.depth = Math.min(half - Math.abs(x), 1 - y, t + 0.1);
  if (out.depth < -RIM) return;
  const nx = Math.max(-1, Math.min(1, x / half));
  out.normalX = nx;
  out.normalY = ring > 0 ? -0.2 : 0.1;
  out.normalZ = Math.sqrt(1 - nx * nx);
  out.paint(plan.stem);
  const fibre = fractalNoise(x * 120 + plan.offset, t * 14);
  out.shade((0.8 + 0.3 * fibre) * (0.45 + 0.55 * smoothstep(0, 0.3, t)));
  out.gloss = 0;
}
