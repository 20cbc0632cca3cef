import type { RandomStream } from '@alexnet/random';
import { drawGround, drawLandscape, drawRoom } from './backdrop.js';
import { type Canvas, createCanvas, enlarge, soften } from './canvas.js';
import { castShadow } from './cast-shadow.js';
import { boundingBox, drawSolid, type Pose } from './draw-solid.js';
import { between, chance, pick } from './draws.js';
import { finish, type Pixels } from './finish.js';
import { type Light, randomLight } from './light.js';
import { anyPaint } from './paints.js';
import { ball } from './shapes/ball.js';
import type { Solid } from './surface.js';

/** Makes a solid of one class; every draw of it is another individual. */
export type SolidMaker = (stream: RandomStream) => Solid;

/**
 * A photograph-of-sorts: one solid, lit, on a cluttered ground, as a camera would take it.
 *
 * Size and place of the solid, its pose, the lamp, the ground, the clutter (small out-of-focus things, among
 * them `others`, the solids of other classes), focus, exposure and grain all come from the stream.
 */
export function drawScene(make: SolidMaker, others: readonly SolidMaker[], stream: RandomStream): Pixels {
  const canvas = createCanvas(...canvasSize(stream));
  const solid = make(stream);
  const pose = randomPose(solid, canvas, stream);
  const light = randomLight(stream);
  const foot = pose.y + boundingBox(solid, pose).halfHeight;
  const horizon =
    solid.stance === 'lying'
      ? 0
      : Math.max(0.12, Math.min(0.88, foot / canvas.height - between(stream, 0.06, 0.4))) * canvas.height;
  drawBehind(canvas, solid.stance, horizon, others, light, stream);
  castShadow(canvas, solid, pose, light, {
    horizon,
    strength: between(stream, 0.3, 0.75),
    blur: 1 + stream.integer(4),
  });
  drawSolid(canvas, solid, pose, light);
  return finish(canvas, stream);
}

/** The longer side 250 to 500, the shorter at least 200; two in three are landscapes. */
function canvasSize(stream: RandomStream): [number, number] {
  const longer = Math.round(250 + 250 * stream.uniform() ** 1.6);
  const aspect = pick(stream, [4 / 3, 4 / 3, 3 / 2, 1, between(stream, 1, 1.6)]);
  const shorter = Math.max(200, Math.round(longer / aspect));
  return chance(stream, 0.67) ? [longer, shorter] : [shorter, longer];
}

/** The solid fills 55% to 105% of the frame's tighter side and may be cut by the frame. */
function randomPose(solid: Solid, canvas: Canvas, stream: RandomStream): Pose {
  const lying = solid.stance === 'lying';
  const angle = lying ? between(stream, -Math.PI, Math.PI) : between(stream, -0.07, 0.07);
  const squash = lying ? between(stream, 0.6, 1) : 1;
  const shape = { x: 0, y: 0, scale: 1, angle, squash, mirrored: chance(stream, 0.5) };
  const box = boundingBox(solid, shape);
  const fit = Math.min(canvas.width / (2 * box.halfWidth), canvas.height / (2 * box.halfHeight));
  const scale = fit * between(stream, 0.55, 1.05);
  const outside = chance(stream, 0.25) ? between(stream, 0.03, 0.15) : 0;
  const place = (length: number, half: number): number => {
    const margin = half * (1 - 2 * outside);
    const centred = (stream.uniform() + stream.uniform()) / 2; // photographers aim at their subject
    return length / 2 + 2 * Math.max(0, length / 2 - margin) * (centred - 0.5);
  };
  return {
    ...shape,
    scale,
    x: place(canvas.width, box.halfWidth * scale),
    y: place(canvas.height, box.halfHeight * scale),
  };
}

/** Draws ground and clutter small, as far out of focus as the enlargement makes them. */
function drawBehind(
  canvas: Canvas,
  stance: Solid['stance'],
  horizon: number,
  others: readonly SolidMaker[],
  light: Light,
  stream: RandomStream,
): void {
  const factor = pick(stream, [1.5, 2, 2, 3, 4]);
  const small = createCanvas(Math.ceil(canvas.width / factor), Math.ceil(canvas.height / factor));
  if (stance === 'lying') drawGround(small, stream);
  else if (chance(stream, 0.5)) drawRoom(small, stream, horizon / factor);
  else drawLandscape(small, stream, horizon / factor);
  drawClutter(small, others, light, stream);
  if (factor > 1.5) soften(small);
  enlarge(small, canvas);
}

function drawClutter(
  canvas: Canvas,
  others: readonly SolidMaker[],
  light: Light,
  stream: RandomStream,
): void {
  const size = Math.min(canvas.width, canvas.height);
  for (let i = stream.integer(5); i > 0; i--) {
    const [first = pebble, ...rest] = others;
    const solid = chance(stream, 0.2) ? pick(stream, [first, ...rest])(stream) : pebble(stream);
    const pose: Pose = {
      x: canvas.width * stream.uniform(),
      y: canvas.height * between(stream, 0.2, 1),
      scale: (size / 2) * (0.06 + 0.16 * stream.uniform() ** 2),
      angle: between(stream, -Math.PI, Math.PI),
      squash: between(stream, 0.55, 1.05),
      mirrored: false,
    };
    castShadow(canvas, solid, pose, light, { horizon: 0, strength: 0.5, blur: 1 });
    drawSolid(canvas, solid, pose, light);
  }
}

/** A lump, or a flat patch, in any pattern. */
function pebble(stream: RandomStream): Solid {
  const paint = anyPaint(stream, between(stream, 0.3, 0.9));
  if (chance(stream, 0.6)) return ball(stream, (x, y, _z, out) => paint(x, y, out));
  const halfWidth = between(stream, 0.5, 2);
  return {
    halfWidth,
    halfHeight: 1,
    stance: 'lying',
    sample(x, y, out) {
      out.depth = Math.min(halfWidth - Math.abs(x), 1 - Math.abs(y));
      paint(x, y, out);
      out.normalX = 0;
      out.normalY = -0.1;
      out.normalZ = 0.99;
      out.gloss = 0;
    },
  };
}
