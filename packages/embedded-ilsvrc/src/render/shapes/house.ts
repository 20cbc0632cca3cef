import type { RandomStream } from '@alexnet/random';
import { type Colour, hsv, scaled } from '../colour.js';
import { between, chance } from '../draws.js';
import { cellNoise, fractalNoise } from '../noise.js';
import { type Paint, RIM, type Solid, type Surface } from '../surface.js';

/** Measures of a house: a front with a gable, a side that runs back, a roof. Units: the solid's own. */
interface Plan {
  readonly front: number;
  readonly side: number;
  readonly eaves: number;
  readonly gable: number;
  readonly rise: number;
  readonly overhang: number;
  readonly left: number;
}

/** A house seen from one corner; the paint of its walls is what tells one class from the other. */
export function house(stream: RandomStream, wall: Paint): Solid {
  const front = between(stream, 0.8, 1.25);
  const side = between(stream, 0.35, 1);
  const plan: Plan = {
    front,
    side,
    eaves: between(stream, -0.35, 0.1),
    gable: between(stream, 0.4, 0.75),
    rise: between(stream, 0.02, 0.16),
    overhang: between(stream, 0.03, 0.09),
    left: -(front + side) / 2,
  };
  const fittings = houseFittings(stream, plan);
  const roof = roofPaint(stream);
  const chimney = chance(stream, 0.5) ? { x: between(stream, 0.2, 0.8), wall } : undefined;
  const top = plan.eaves - plan.gable - 0.1; // of the chimney
  const middle = (top + 1) / 2;
  return {
    halfWidth: (front + side) / 2 + plan.overhang + 0.02,
    halfHeight: (1 - top) / 2,
    stance: 'standing',
    sample(x, y, out) {
      const u = x - plan.left;
      const v = y + middle;
      out.depth = -1;
      out.gloss = 0;
      sampleSide(u - front, v, plan, wall, fittings, out);
      sampleFront(u, v, plan, wall, fittings, out);
      sampleRoof(u, v, plan, roof, out);
      if (chimney && out.depth < 0) sampleChimney(u, v, plan, chimney.x, wall, out);
    },
  };
}

/** Paints doors and windows over a wall; `face` 0 is the front, 1 the side. */
type Fittings = (u: number, v: number, face: 0 | 1, out: Surface) => void;

function sampleFront(u: number, v: number, plan: Plan, wall: Paint, fittings: Fittings, out: Surface): void {
  const ridge = plan.eaves - plan.gable * (1 - Math.abs((2 * u) / plan.front - 1));
  const depth = Math.min(u, plan.front - u, 1 - v, (v - ridge) * 0.7);
  if (depth < -RIM || depth <= out.depth) return;
  out.depth = depth;
  out.normalX = -0.35;
  out.normalY = 0;
  out.normalZ = 0.937;
  wall(u, v, out);
  fittings(u, v, 0, out);
  weather(u, v, out);
  if (v - ridge < plan.overhang * 1.8) out.shade(0.6); // in the roof's shadow
}

function sampleSide(u: number, v: number, plan: Plan, wall: Paint, fittings: Fittings, out: Surface): void {
  const part = u / plan.side;
  const foot = 1 - plan.rise * part; // lines that run back climb towards the horizon
  const head = plan.eaves + 0.35 * plan.rise * part;
  const depth = Math.min(u + 0.01, plan.side - u, foot - v, v - head);
  if (depth < -RIM) return;
  out.depth = depth;
  out.normalX = 0.8;
  out.normalY = 0;
  out.normalZ = 0.6;
  const along = plan.front + u * 1.5;
  const down = plan.eaves + ((v - head) / (foot - head)) * (1 - plan.eaves);
  wall(along, down, out);
  fittings(u * 1.5, down, 1, out);
  weather(along, down, out);
  if (v - head < plan.overhang * 2) out.shade(0.6);
}

function sampleRoof(u: number, v: number, plan: Plan, roof: Paint, out: Surface): void {
  const { front, side, eaves, gable, overhang } = plan;
  const apex = eaves - gable;
  const half = front / 2;
  // the barge board along both slopes of the gable
  const slope = eaves - gable * (1 - Math.abs(u / half - 1));
  const board = Math.min(
    overhang * 0.75 - Math.abs(v - slope + overhang * 0.4),
    u + overhang,
    front + overhang - u,
  );
  // the slope that runs back: a parallelogram from the ridge down to the eaves
  const t = (v - apex + overhang) / (gable + 1.5 * overhang);
  const from = half + t * (half + overhang);
  const slab = Math.min(u - from, from + side * (1 - 0.12 * t) - u, (t + 0.02) * gable, (1 - t) * gable);
  const depth = Math.max(board, slab);
  if (depth < -RIM || (depth < 0 && out.depth > 0)) return;
  out.depth = Math.max(depth, out.depth);
  roof(u - from, t * (gable + 0.4 * half), out);
  if (board > slab) out.shade(0.6);
  out.normalX = 0.4;
  out.normalY = -0.72;
  out.normalZ = 0.57;
}

function sampleChimney(u: number, v: number, plan: Plan, place: number, wall: Paint, out: Surface): void {
  const x = u - plan.front / 2 - plan.side * place * 0.8;
  const top = plan.eaves - plan.gable - 0.09;
  out.depth = Math.min(0.09 - Math.abs(x), v - top, plan.eaves - plan.gable * 0.5 - v);
  if (out.depth < -RIM) return;
  wall(x, v, out);
  out.shade(v - top < 0.03 ? 0.5 : 0.9);
  out.normalX = 0.2;
  out.normalY = 0;
  out.normalZ = 0.98;
}

/** Streaks of damp and dirt near the ground. */
function weather(u: number, v: number, out: Surface): void {
  out.shade(0.9 + 0.25 * (fractalNoise(u * 26, v * 9) - 0.4) - (v > 0.85 ? 1.2 * (v - 0.85) : 0));
}

function houseFittings(stream: RandomStream, plan: Plan): Fittings {
  const frame = chance(stream, 0.7) ? hsv(45, 0.05, 0.92) : hsv(between(stream, 0, 220), 0.5, 0.35);
  const door = hsv(stream.uniform() * 360, between(stream, 0.3, 0.8), between(stream, 0.2, 0.6));
  const glass = hsv(210, between(stream, 0.1, 0.4), between(stream, 0.2, 0.55));
  const doorAt = plan.front * between(stream, 0.3, 0.7);
  const pitch = between(stream, 0.3, 0.42);
  const sill = Math.max(plan.eaves + 0.42, 0.42);
  const attic = chance(stream, 0.6);
  return (u, v, face, out) => {
    if (face === 0 && sampleDoor(u - doorAt, v, door, frame, out)) return;
    const column = Math.round(u / pitch - 0.5);
    const x = u - (column + 0.5) * pitch;
    const last = face === 0 ? plan.front : plan.side * 1.5;
    if (column < 0 || (column + 1) * pitch > last + 0.02) return;
    if (face === 0 && Math.abs((column + 0.5) * pitch - doorAt) < pitch * 0.75 && v > plan.eaves) {
      return;
    }
    sampleWindow(x, v - sill + 0.14, 0.085, 0.14, glass, frame, out);
    if (attic && face === 0)
      sampleWindow(u - plan.front / 2, v - plan.eaves + 0.1, 0.08, 0.1, glass, frame, out);
  };
}

function sampleDoor(x: number, v: number, door: Colour, frame: Colour, out: Surface): boolean {
  const side = Math.abs(x);
  if (side > 0.115 || v < 0.52) return false;
  if (side > 0.09 || v < 0.55) out.paint(frame);
  else {
    out.paint(door);
    if (Math.abs(side - 0.045) < 0.006 || Math.abs(v - 0.75) < 0.008) out.shade(0.6);
  }
  return true;
}

function sampleWindow(
  x: number,
  y: number,
  halfWidth: number,
  halfHeight: number,
  glass: Colour,
  frame: Colour,
  out: Surface,
): void {
  const dx = halfWidth - Math.abs(x);
  const dy = halfHeight - Math.abs(y);
  if (dx < -0.02 || dy < -0.02) return;
  if (dx < 0 || dy < 0 || Math.abs(x) < 0.008 || Math.abs(y) < 0.008) {
    out.paint(frame);
    return;
  }
  out.paint(glass);
  out.shade(0.75 + 0.9 * Math.max(0, -y / halfHeight) * (0.5 - x)); // the sky in the panes
  out.gloss = 0.5;
}

function roofPaint(stream: RandomStream): Paint {
  const tile = chance(stream, 0.5)
    ? hsv(between(stream, 5, 25), between(stream, 0.35, 0.7), between(stream, 0.3, 0.6))
    : hsv(215, between(stream, 0.05, 0.25), between(stream, 0.22, 0.5));
  const pitch = between(stream, 0.05, 0.09);
  const dark = scaled(tile, 0.35);
  const salt = stream.uint32();
  return (u, v, out) => {
    const row = Math.floor(v / pitch);
    const place = v / pitch - row;
    const column = Math.floor(u / pitch + (row & 1) * 0.5);
    out.paint(tile);
    out.shade(0.8 + 0.4 * cellNoise(column, row, salt));
    out.blend(dark, place > 0.8 ? 0.7 : 0);
  };
}
