import type { RandomStream } from '@alexnet/random';
import type { Canvas } from './canvas.js';
import { anyColour, type Colour, hsv, mixed, scaled } from './colour.js';
import { between, chance } from './draws.js';
import { fractalNoise, smoothstep } from './noise.js';
import {
  anyPaint,
  leafGreen,
  litter,
  litterColours,
  mottled,
  planks,
  stripes,
  woodColour,
} from './paints.js';
import { type Paint, Surface } from './surface.js';

/** Colours the point (x, y) of a canvas whose longer side is 1. */
type View = (x: number, y: number, out: Surface) => void;

/** Fills the canvas with ground seen from above: grass, sand, leaf litter, boards, cloth. */
export function drawGround(canvas: Canvas, stream: RandomStream): void {
  const paint = groundPaint(stream, between(stream, 0.6, 1.6));
  const angle = chance(stream, 0.5) ? between(stream, -0.3, 0.3) : between(stream, 0, Math.PI);
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const glow = lamplight(stream);
  fill(canvas, (x, y, out) => {
    paint(cos * x - sin * y, sin * x + cos * y, out);
    glow(x, y, out);
  });
}

/** Fills the canvas with a wall above the row `horizon` and a floor or a table below it. */
export function drawRoom(canvas: Canvas, stream: RandomStream, horizon: number): void {
  const plain = anyColour(stream, [0.02, 0.5], [0.3, 0.95]);
  const busy = chance(stream, 0.45);
  const wall = busy
    ? anyPaint(stream, between(stream, 0.06, 0.16))
    : mottled(stream, plain, scaled(plain, 0.75), between(stream, 0.3, 1.2));
  const floor = floored(groundPaint(stream, 0.8), horizon, canvas);
  const glow = lamplight(stream);
  const edge = horizon / Math.max(canvas.width, canvas.height);
  const dim = between(stream, 0.55, 0.95);
  fill(canvas, (x, y, out) => {
    if (y < edge) {
      wall(x, y, out);
      out.shade(dim);
    } else {
      floor(x, y, out);
      out.shade(smoothstep(-0.02, 0.03, y - edge) * 0.3 + 0.7); // the corner is darker
    }
    glow(x, y, out);
  });
}

/** Fills the canvas with sky, clouds, two lines of hills or trees, and open ground from the row `horizon` on. */
export function drawLandscape(canvas: Canvas, stream: RandomStream, horizon: number): void {
  const size = Math.max(canvas.width, canvas.height);
  const edge = horizon / size;
  const sky = skyView(stream, edge);
  const far = hillView(stream, edge, between(stream, 0.05, 0.2), hsv(200, 0.3, between(stream, 0.4, 0.7)));
  const near = hillView(stream, edge, between(stream, 0.01, 0.12), leafGreen(stream));
  const floor = floored(outdoorPaint(stream, 0.8), horizon, canvas);
  fill(canvas, (x, y, out) => {
    if (y >= edge) {
      floor(x, y, out);
      return;
    }
    sky(x, y, out);
    far(x, y, out);
    near(x, y, out);
  });
}

/** Writes the view into the canvas. */
function fill(canvas: Canvas, view: View): void {
  const { width, height, data } = canvas;
  const size = Math.max(width, height);
  const out = new Surface();
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p += 3) {
      view((x + 0.5) / size, (y + 0.5) / size, out);
      data[p] = out.red;
      data[p + 1] = out.green;
      data[p + 2] = out.blue;
    }
  }
}

/** Lays a paint on a floor that runs back to a vanishing line above `horizon`. */
function floored(paint: Paint, horizon: number, canvas: Canvas): View {
  const size = Math.max(canvas.width, canvas.height);
  const vanishing = horizon / size - 0.3;
  return (x, y, out) => {
    const distance = 0.5 / (y - vanishing);
    paint((x - 0.5) * distance * 1.6, distance * 1.6, out);
  };
}

/** Light that falls off to one side: multiplies what is there. */
function lamplight(stream: RandomStream): View {
  const angle = 2 * Math.PI * stream.uniform();
  const strength = between(stream, 0, 0.55);
  const cos = strength * Math.cos(angle);
  const sin = strength * Math.sin(angle);
  return (x, y, out) => out.shade(0.85 + cos * (x - 0.5) + sin * (y - 0.4));
}

function skyView(stream: RandomStream, edge: number): View {
  const evening = chance(stream, 0.2);
  const top = evening
    ? hsv(230, 0.45, 0.55)
    : hsv(between(stream, 198, 220), between(stream, 0.2, 0.7), 0.85);
  const low = evening ? hsv(28, 0.55, 0.95) : hsv(205, between(stream, 0.02, 0.3), 0.97);
  const cloud = hsv(40, 0.03, between(stream, 0.75, 1));
  const cover = between(stream, 0.3, 0.8);
  const offset = stream.uniform() * 256;
  return (x, y, out) => {
    out.paint(top);
    out.blend(low, Math.min(1, Math.max(0, y / (edge + 0.01))));
    out.blend(cloud, smoothstep(cover, cover + 0.25, fractalNoise(x * 60 + offset, y * 150)));
  };
}

/** A ridge over what is there. */
function hillView(stream: RandomStream, edge: number, height: number, colour: Colour): View {
  const offset = stream.uniform() * 256;
  const rough = between(stream, 20, 90);
  return (x, y, out) => {
    const crest = edge - height * (0.3 + 1.4 * fractalNoise(x * rough + offset, offset));
    const cover = smoothstep(crest - 0.004, crest + 0.004, y);
    if (cover === 0) return;
    const shade = 0.6 + 0.8 * fractalNoise(x * 200 + offset, y * 200);
    out.red += (colour[0] * shade - out.red) * cover;
    out.green += (colour[1] * shade - out.green) * cover;
    out.blue += (colour[2] * shade - out.blue) * cover;
  };
}

/** Grass, sand, earth, leaf litter or paving. */
function outdoorPaint(stream: RandomStream, size: number): Paint {
  const sand = hsv(between(stream, 30, 48), between(stream, 0.15, 0.45), between(stream, 0.5, 0.85));
  const earth = hsv(between(stream, 18, 35), between(stream, 0.3, 0.55), between(stream, 0.2, 0.45));
  switch (stream.integer(5)) {
    case 0:
      return grained(stream, leafGreen(stream), 0.9, size);
    case 1:
      return grained(stream, sand, 0.3, size);
    case 2:
      return mottled(stream, earth, scaled(earth, 0.5), 0.2 * size);
    case 3:
      return litter(stream, litterColours(stream), { pitch: between(stream, 0.05, 0.14) * size });
    default:
      return grained(stream, hsv(210, between(stream, 0, 0.3), between(stream, 0.3, 0.75)), 0.4, size);
  }
}

function groundPaint(stream: RandomStream, size: number): Paint {
  if (chance(stream, 0.5)) return outdoorPaint(stream, size);
  switch (stream.integer(4)) {
    case 0:
      return planks(stream, woodColour(stream), { board: 0.14 * size });
    case 1: {
      const cloth = anyColour(stream, [0.05, 0.8], [0.3, 0.95]);
      const band = mixed(cloth, anyColour(stream), 0.5);
      return stripes(stream, [cloth, band], { pitch: 0.1 * size, angle: stream.uniform() * 3.1 });
    }
    case 2: {
      const cloth = anyColour(stream, [0, 0.6], [0.25, 0.95]);
      return mottled(stream, cloth, scaled(cloth, between(stream, 0.6, 0.9)), between(stream, 0.1, 0.8));
    }
    default:
      return anyPaint(stream, 0.1 * size);
  }
}

/** One colour with fine grain and soft clouds: grass at a strong grain, sand at a weak one. */
function grained(stream: RandomStream, colour: Colour, strength: number, size: number): Paint {
  const offset = stream.uniform() * 256;
  const fine = 420 / size;
  return (u, v, out) => {
    out.paint(colour);
    const grain = fractalNoise(u * fine + offset, v * fine * 0.45) - 0.5;
    out.shade(
      Math.max(0.1, 1 + strength * 1.3 * grain + 0.5 * (fractalNoise(u * 30, v * 30 + offset) - 0.5)),
    );
  };
}
