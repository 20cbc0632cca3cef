import type { RandomStream } from '@alexnet/random';
import { between, chance } from '../draws.js';
import { RIM, type Solid, type Surface } from '../surface.js';

/** Colours a point of a round body, given as a point of space about its centre. */
export type SpacePaint = (x: number, y: number, z: number, out: Surface) => void;

/** A ball of radius 1, its pattern turned at random. */
export function ball(stream: RandomStream, paint: SpacePaint): Solid {
  const [a, b, c] = randomAxes(stream);
  const gloss = chance(stream, 0.6) ? between(stream, 0.3, 0.9) : between(stream, 0, 0.2);
  return {
    halfWidth: 1,
    halfHeight: 1,
    stance: 'standing',
    sample(x, y, out) {
      const square = x * x + y * y;
      out.depth = 1 - Math.sqrt(square);
      if (out.depth < -RIM) return;
      const z = Math.sqrt(Math.max(0, 1 - square));
      paint(
        a[0] * x + a[1] * y + a[2] * z,
        b[0] * x + b[1] * y + b[2] * z,
        c[0] * x + c[1] * y + c[2] * z,
        out,
      );
      out.shade(y > 0 ? 1 - 0.35 * y * y : 1); // the ground keeps light from the underside
      out.normalX = x;
      out.normalY = y;
      out.normalZ = z;
      out.gloss = gloss;
    },
  };
}

type Axis = readonly [number, number, number];

/** Three perpendicular unit vectors, uniform over rotations (Shoemake's random quaternion). */
function randomAxes(stream: RandomStream): [Axis, Axis, Axis] {
  const s = stream.uniform();
  const first = 2 * Math.PI * stream.uniform();
  const second = 2 * Math.PI * stream.uniform();
  const w = Math.sqrt(1 - s) * Math.sin(first);
  const x = Math.sqrt(1 - s) * Math.cos(first);
  const y = Math.sqrt(s) * Math.sin(second);
  const z = Math.sqrt(s) * Math.cos(second);
  return [
    [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
    [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
    [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
  ];
}
