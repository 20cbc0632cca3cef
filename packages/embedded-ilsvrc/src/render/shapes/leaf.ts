import type { RandomStream } from '@alexnet/random';
import { type Colour, mixed, scaled } from '../colour.js';
import { between, chance } from '../draws.js';
import { fractalNoise, smoothstep } from '../noise.js';
import { RIM, type Solid, type Surface } from '../surface.js';

/** Colours over a leaf: one in the middle, one at the rim, one in blotches, and that of its veins. */
export interface LeafColours {
  readonly middle: Colour;
  readonly rim: Colour;
  readonly blotch: Colour;
}

/** A leaf lying flat, with its stalk: lobed like a maple's, pointed, or round; the colours alone tell its season. */
export function leaf(stream: RandomStream, colours: LeafColours): Solid {
  const finish = leafFinish(stream, colours);
  return chance(stream, 0.45) ? lobedLeaf(stream, finish) : ovalLeaf(stream, finish);
}

/** Paints a point `rim` (0 at the edge, 1 in the middle) of a leaf; `vein` is 1 on a vein. */
type Finish = (x: number, y: number, rim: number, vein: number, out: Surface) => void;

function leafFinish(stream: RandomStream, { middle, rim: edge, blotch }: LeafColours): Finish {
  const offset = stream.uniform() * 256;
  const blotches = between(stream, 0.45, 0.8);
  const veins = chance(stream, 0.6) ? mixed(middle, [0.85, 0.8, 0.45], 0.45) : scaled(middle, 0.45);
  const gloss = between(stream, 0, 0.35);
  const crumple = between(stream, 0.3, 1.1);
  return (x, y, rim, vein, out) => {
    const cloud = fractalNoise(x * 22 + offset, y * 22);
    const here = fractalNoise(x * 30, y * 30 + offset);
    out.paint(edge);
    out.blend(middle, smoothstep(0, 0.9, rim + 0.5 * (cloud - 0.5)));
    out.blend(blotch, 0.85 * smoothstep(blotches, blotches + 0.12, cloud));
    out.shade(0.8 + 0.4 * here);
    out.blend(veins, 0.75 * vein);
    out.normalX += crumple * (fractalNoise(x * 30 + 1.2, y * 30 + offset) - here) - 0.25 * vein;
    out.normalY += crumple * (fractalNoise(x * 30, y * 30 + offset + 1.2) - here);
    out.normalise();
    out.gloss = gloss;
  };
}

/** A leaf with one midrib: half its width at each height, toothed, with side veins running up from the midrib. */
function ovalLeaf(stream: RandomStream, finish: Finish): Solid {
  const width = between(stream, 0.32, 0.62);
  const widestAt = between(stream, 0.8, 1.5);
  const teeth = chance(stream, 0.5) ? between(stream, 0.01, 0.035) : 0;
  const lobes = chance(stream, 0.3) ? between(stream, 0.1, 0.22) : 0; // an oak's
  const outline = Float64Array.from({ length: 512 }, (_, i) => {
    const t = i / 512;
    const half = width * Math.sin(Math.PI * t ** widestAt) ** 0.8 * (1 + lobes * Math.sin(t * 26));
    return half + teeth * (((t * 43) % 1) - 0.5);
  });
  const pitch = between(stream, 0.13, 0.22);
  const bend = between(stream, -0.18, 0.18);
  const fold = between(stream, 0.1, 0.45);
  return {
    halfWidth: width + 0.24,
    halfHeight: 1.02,
    stance: 'lying',
    sample(x, y, out) {
      const across = x - bend * (y * y - 0.4);
      const side = Math.abs(across);
      const t = (y + 1) / 1.65; // 0 at the tip, 1 where the stalk begins
      const half = t > 0 && t < 1 ? (outline[Math.floor(t * outline.length)] as number) : 0;
      const blade = (half - side) * 0.85;
      const stalk = y > 0.4 ? Math.min(0.028 - side, 1 - y) : -1;
      out.depth = Math.max(blade, stalk);
      if (out.depth < -RIM) return;
      const run = (y + 0.75 * side) / pitch;
      const gap = Math.abs(run - Math.round(run)) * pitch;
      const vein = Math.max(1 - side / 0.022, 0.7 - gap / 0.016, stalk > blade ? 1 : 0, 0);
      out.normalX = (across > 0 ? fold : -fold) * (1 - Math.min(1, side / 0.1) * 0.4);
      out.normalY = 0.1 * y;
      out.normalZ = 1;
      finish(x, y, blade / width, Math.min(1, vein), out);
    },
  };
}

/** The lobes of a leaf like a maple's: directions and lengths by turns, how wide, deep and pointed they are. */
interface Lobes {
  readonly list: Float64Array;
  readonly spread: number;
  readonly notch: number;
  readonly sharp: number;
}

/** A leaf with a lobe for each vein that spreads from the stalk, like a maple's. */
function lobedLeaf(stream: RandomStream, finish: Finish): Solid {
  const pairs = chance(stream, 0.5) ? 2 : 3;
  const gap = between(stream, 0.78, 0.9) * (pairs === 2 ? 1.2 : 0.88);
  const lobes: Lobes = {
    list: lobeList(stream, pairs, gap),
    spread: 0.62 * gap,
    notch: between(stream, 0.38, 0.6),
    sharp: between(stream, 0.8, 1.3),
  };
  return {
    halfWidth: 0.95,
    halfHeight: 1.05,
    stance: 'lying',
    sample(x, y, out) {
      const py = y - 0.42; // the veins meet below the middle
      const reach = Math.sqrt(x * x + py * py);
      out.depth = 1.5 - reach;
      if (out.depth < -RIM) return;
      const angle = Math.atan2(x, -py); // 0 points up
      const blade = (lobedRadius(angle, lobes) - reach) * 0.55;
      const stalk = py > 0 ? Math.min(0.03 - Math.abs(x - 0.12 * py * py), 0.62 - py) : -1;
      out.depth = Math.max(blade, stalk);
      if (out.depth < -RIM) return;
      out.normalX = 0.3 * x;
      out.normalY = 0.3 * py;
      out.normalZ = 1;
      finish(x, y, blade / 0.3, stalk > blade ? 1 : lobedVein(angle, reach, lobes), out);
    },
  };
}

/** The outline in polar coordinates. */
function lobedRadius(angle: number, { list, spread, notch, sharp }: Lobes): number {
  let radius = 0.2;
  for (let i = 0; i < list.length; i += 2) {
    const part = Math.abs(angle - (list[i] as number)) / spread;
    if (part > 1) continue;
    const edge = notch + (1 - notch) * (1 - part) ** sharp + 0.06 * Math.sin(part * 19);
    radius = Math.max(radius, (list[i + 1] as number) * edge);
  }
  return radius;
}

/** 1 on the vein of a lobe, .6 on the side veins that leave it. */
function lobedVein(angle: number, reach: number, { list, spread }: Lobes): number {
  let vein = 0;
  for (let i = 0; i < list.length; i += 2) {
    const off = Math.abs(angle - (list[i] as number));
    if (off > spread) continue;
    const run = (reach - off * reach) / 0.17;
    const aside = (Math.abs(run - Math.round(run)) * 0.17) / 0.016;
    vein = Math.max(vein, 1 - (off * reach) / 0.022, 0.6 - aside);
  }
  return Math.min(1, vein);
}

/** Directions and lengths of the lobes, by turns: the longest upwards, the shortest at the stalk. */
function lobeList(stream: RandomStream, pairs: number, gap: number): Float64Array {
  const lobes = [0, 1.4];
  for (let i = 1; i <= pairs; i++) {
    const length = 1.4 * (1 - 0.2 * i) * between(stream, 0.92, 1.05);
    lobes.push(i * gap, length, -i * gap, length);
  }
  return Float64Array.from(lobes);
}
