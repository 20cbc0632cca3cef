import type { RandomStream } from '@alexnet/random';
import { anyColour, type Colour, contrastingColours, hsv, mixed, scaled } from './colour.js';
import { between, chance, pick } from './draws.js';
import { cellNoise, fractalNoise, smoothstep } from './noise.js';
import type { Paint, Surface } from './surface.js';

/** Cloudy mixture of two colours; `size` is the width of a cloud in texture units. */
export function mottled(stream: RandomStream, a: Colour, b: Colour, size: number): Paint {
  const offset = stream.uniform() * 256;
  const frequency = 32 / size;
  return (u, v, out) => {
    out.paint(a);
    out.blend(b, smoothstep(0.25, 0.75, fractalNoise(u * frequency + offset, v * frequency)));
  };
}

/** Stripes of two colours, `pitch` units from one to the next of its colour, at an angle and a little wavy. */
export function stripes(
  stream: RandomStream,
  [a, b]: readonly [Colour, Colour],
  { pitch, angle }: { pitch: number; angle: number },
): Paint {
  const along = Math.cos(angle) / pitch;
  const across = Math.sin(angle) / pitch;
  const share = between(stream, 0.38, 0.62);
  const wave = chance(stream, 0.4) ? between(stream, 0.3, 0.9) : 0;
  const offset = stream.uniform() * 256;
  return (u, v, out) => {
    let phase = u * across + v * along;
    if (wave > 0) phase += wave * (fractalNoise(u * 14 + offset, v * 14 + offset) - 0.5);
    const place = phase - Math.floor(phase);
    out.paint(a);
    out.blend(b, smoothstep(0, 0.06, place) - smoothstep(share, share + 0.06, place));
  };
}

/** Round spots on a shaken grid. */
function spots(
  stream: RandomStream,
  [ground, spot]: readonly [Colour, Colour],
  { pitch }: { pitch: number },
): Paint {
  const radius = between(stream, 0.22, 0.34);
  const salt = stream.uint32();
  return (u, v, out) => {
    const row = Math.floor(v / pitch);
    const shifted = u / pitch + (row & 1) * 0.5;
    const column = Math.floor(shifted);
    const x = shifted - column - 0.5 - 0.2 * (cellNoise(column, row, salt) - 0.5);
    const y = v / pitch - row - 0.5 - 0.2 * (cellNoise(column, row, salt + 1) - 0.5);
    out.paint(ground);
    out.blend(spot, 1 - smoothstep(radius - 0.04, radius + 0.04, Math.sqrt(x * x + y * y)));
  };
}

/** Courses of bricks, each a little unlike the next, in light or dark mortar; `course` is a brick's height. */
export function bricks(stream: RandomStream, brick: Colour, { course }: { course: number }): Paint {
  const mortar = hsv(40, between(stream, 0.02, 0.15), pick(stream, [0.35, 0.7, 0.85]));
  const length = course * between(stream, 2.1, 3);
  const joint = between(stream, 0.07, 0.13);
  const salt = stream.uint32();
  const variety = between(stream, 0.25, 0.6);
  return (u, v, out) => {
    const row = Math.floor(v / course);
    const along = u / length + (row & 1) * 0.5;
    const column = Math.floor(along);
    const x = Math.min(along - column, 1 - along + column) * (length / course);
    const y = Math.min(v / course - row, 1 - v / course + row);
    out.paint(brick);
    out.shade(
      1 + variety * (cellNoise(column, row, salt) - 0.5) + 0.3 * (fractalNoise(u * 160, v * 160) - 0.5),
    );
    out.green *= 1 + 0.22 * (cellNoise(column, row, salt + 1) - 0.5);
    out.blend(mortar, 1 - smoothstep(joint - 0.04, joint + 0.06, Math.min(x, y)));
  };
}

/** Boards with grain, a dark gap below each; `board` is a board's height, `upright` turns them by 90 degrees. */
export function planks(
  stream: RandomStream,
  wood: Colour,
  { board, upright = false }: { board: number; upright?: boolean },
): Paint {
  const salt = stream.uint32();
  const grain = between(stream, 0.15, 0.6);
  const offset = stream.uniform() * 256;
  return (u, v, out) => {
    const along = upright ? v : u;
    const across = (upright ? u : v) / board;
    const row = Math.floor(across);
    const place = across - row;
    const own = cellNoise(row, 0, salt);
    out.paint(wood);
    const fibre = fractalNoise(along * 9 + own * 200 + offset, across * 26) - 0.5;
    out.shade((1 + 0.35 * (own - 0.5) + grain * fibre) * (1.08 - 0.22 * place));
    out.shade(1 - 0.65 * (1 - smoothstep(0.04, 0.12, Math.min(place, 1 - place))));
  };
}

/** Ground of the first colour strewn with three layers of small leaves in the other ones. */
export function litter(
  stream: RandomStream,
  [earth, ...colours]: readonly [Colour, Colour, ...Colour[]],
  { pitch }: { pitch: number },
): Paint {
  const salt = stream.uint32();
  const offset = stream.uniform() * 256;
  return (u, v, out) => {
    out.paint(earth);
    out.shade(0.5 + fractalNoise((40 * u) / pitch + offset, (40 * v) / pitch));
    for (let layer = 0; layer < 3; layer++)
      fleck(u / pitch + layer * 0.37, v / pitch + layer * 0.61, layer, out);
  };

  /** The one leaf of a cell of the layer's grid: an ellipse with a midrib, turned any way. */
  function fleck(u: number, v: number, layer: number, out: Surface): void {
    const column = Math.floor(u);
    const row = Math.floor(v);
    const draw = cellNoise(column, row, salt + layer);
    const turn = cellNoise(row, column, salt + layer) * 6.28;
    const x = u - column - 0.5 + 0.3 * (draw - 0.5);
    const y = v - row - 0.5 + 0.3 * (turn / 6.28 - 0.5);
    if (x * x + y * y > 0.33) return;
    const cos = Math.cos(turn);
    const sin = Math.sin(turn);
    const along = cos * x + sin * y;
    const across = cos * y - sin * x;
    const reach = 4.6 * along * along + 15 * across * across;
    if (reach > 1) {
      if (reach < 1.5) out.shade(0.55 + 0.9 * (reach - 1)); // its shadow on what lies below
      return;
    }
    out.paint(colours[Math.floor(draw * 64) % colours.length] ?? earth);
    out.shade((0.7 + 0.5 * draw) * (1 + 0.9 * across));
    if (Math.abs(across) < 0.02) out.shade(0.75);
  }
}

/** Colours of bricks: red, brown, yellow and grey ones. */
export function brickColour(stream: RandomStream): Colour {
  if (chance(stream, 0.2)) return hsv(30, between(stream, 0.05, 0.2), between(stream, 0.45, 0.75));
  return hsv(between(stream, 4, 34), between(stream, 0.4, 0.7), between(stream, 0.4, 0.75));
}

/** Colours of wooden walls: bare, weathered or painted. */
export function woodColour(stream: RandomStream): Colour {
  if (chance(stream, 0.45))
    return hsv(between(stream, 8, 38), between(stream, 0.3, 0.65), between(stream, 0.35, 0.7));
  if (chance(stream, 0.5)) return hsv(40, between(stream, 0.02, 0.15), between(stream, 0.5, 0.9));
  return hsv(pick(stream, [5, 50, 140, 200]), between(stream, 0.35, 0.7), between(stream, 0.35, 0.7));
}

/** One of all the patterns here, in any colours: what backgrounds and clutter are made of. */
export function anyPaint(stream: RandomStream, size: number): Paint {
  const pitch = size * between(stream, 0.6, 1.4);
  switch (stream.integer(6)) {
    case 0:
      return stripes(stream, contrastingColours(stream), { pitch, angle: between(stream, 0, Math.PI) });
    case 1:
      return spots(stream, contrastingColours(stream), { pitch });
    case 2:
      return bricks(stream, brickColour(stream), { course: pitch * 0.6 });
    case 3:
      return planks(stream, woodColour(stream), { board: pitch, upright: chance(stream, 0.5) });
    case 4:
      return litter(stream, litterColours(stream), { pitch });
    default: {
      const colour = anyColour(stream);
      return mottled(stream, colour, mixed(scaled(colour, 0.6), anyColour(stream), 0.3), pitch * 3);
    }
  }
}

/** Earth and three colours of leaves that may lie on it. */
export function litterColours(stream: RandomStream): [Colour, Colour, ...Colour[]] {
  const earth = hsv(between(stream, 18, 35), between(stream, 0.3, 0.55), between(stream, 0.2, 0.45));
  const third = pick(stream, [leafGreen, leafAutumn])(stream);
  return [earth, scaled(leafAutumn(stream), 0.7), third, scaled(leafGreen(stream), 0.8)];
}

/** The greens of leaves, from yellow-green to blue-green. */
export function leafGreen(stream: RandomStream): Colour {
  return hsv(between(stream, 68, 140), between(stream, 0.4, 0.8), between(stream, 0.28, 0.7));
}

/** The colours of leaves in autumn, from yellow to crimson and brown. */
export function leafAutumn(stream: RandomStream): Colour {
  return hsv(between(stream, -6, 54), between(stream, 0.55, 0.92), between(stream, 0.38, 0.9));
}
