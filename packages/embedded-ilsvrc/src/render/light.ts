import type { RandomStream } from '@alexnet/random';
import { type Colour, hsv } from './colour.js';
import { between, chance } from './draws.js';
import type { Surface } from './surface.js';

/** One lamp (or the sun) and the light of everything around it. */
export interface Light {
  /** Unit vector towards the lamp: x right, y down, z to the viewer. */
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly lamp: Colour;
  readonly around: Colour;
}

/** A lamp above the viewer or to one side, hard or soft, warm or cold. */
export function randomLight(stream: RandomStream): Light {
  const side = between(stream, -1.3, 1.3);
  const up = between(stream, 0.35, 1.3);
  const front = between(stream, 0.45, 1.2);
  const length = Math.hypot(side, up, front);
  const softness = between(stream, 0.25, 0.65);
  const warmth = chance(stream, 0.6)
    ? hsv(38, between(stream, 0, 0.3), 1)
    : hsv(215, between(stream, 0, 0.2), 1);
  const sky = hsv(chance(stream, 0.6) ? 215 : 45, between(stream, 0, 0.25), 1);
  const strength = 1.25 * (1 - softness) + 0.35;
  return {
    x: side / length,
    y: -up / length,
    z: front / length,
    lamp: [warmth[0] * strength, warmth[1] * strength, warmth[2] * strength],
    around: [sky[0] * softness, sky[1] * softness, sky[2] * softness],
  };
}

/**
 * Turns a surface's colour into the light that leaves it: Lambert's cosine, light from around that is stronger
 * on what faces up, and a Blinn highlight ((n . h)^32 times gloss).
 */
export function illuminate(out: Surface, light: Light): void {
  const { normalX: nx, normalY: ny, normalZ: nz } = out;
  const facing = nx * light.x + ny * light.y + nz * light.z;
  const diffuse = facing > 0 ? facing : 0;
  const around = 0.72 - 0.28 * ny;
  let highlight = 0;
  if (out.gloss > 0 && facing > 0) {
    const h = (facing + nz) / Math.sqrt(2 + 2 * light.z); // n . (l + viewer) / |l + viewer|
    const h2 = h * h;
    const h4 = h2 * h2;
    const h8 = h4 * h4;
    const h16 = h8 * h8;
    highlight = out.gloss * h16 * h16;
  }
  out.red = out.red * (light.lamp[0] * diffuse + light.around[0] * around) + highlight * light.lamp[0];
  out.green = out.green * (light.lamp[1] * diffuse + light.around[1] * around) + highlight * light.lamp[1];
  out.blue = out.blue * (light.lamp[2] * diffuse + light.around[2] * around) + highlight * light.lamp[2];
}
