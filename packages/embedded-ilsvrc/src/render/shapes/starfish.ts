import type { RandomStream } from '@alexnet/random';
import type { Colour } from '../colour.js';
import { between } from '../draws.js';
import { fractalNoise, smoothstep } from '../noise.js';
import { RIM, type Solid } from '../surface.js';

const SECTOR = (2 * Math.PI) / 5;

/** A starfish: five round, knobbly arms, each bent its own way. */
export function starfish(stream: RandomStream, skin: Colour, knob: Colour): Solid {
  const bends = Float64Array.from({ length: 5 }, () => between(stream, -0.35, 0.35));
  const lengths = Float64Array.from({ length: 5 }, () => between(stream, 0.82, 1));
  const breadth = between(stream, 0.2, 0.32);
  const pitch = between(stream, 0.1, 0.16);
  const offset = stream.uniform() * 256;
  const gloss = between(stream, 0, 0.5);
  return {
    halfWidth: 1.02,
    halfHeight: 1.02,
    stance: 'lying',
    sample(x, y, out) {
      const reach = Math.sqrt(x * x + y * y);
      const angle = Math.atan2(x, -y) + 2 * Math.PI;
      const arm = Math.round(angle / SECTOR);
      const bend = (bends[arm % 5] as number) * reach * reach;
      const off = angle - arm * SECTOR - bend;
      const along = reach * Math.cos(off);
      const across = reach * Math.sin(off);
      const part = Math.min(1, Math.max(0, along / (lengths[arm % 5] as number)));
      const half = armBreadth(part, breadth);
      out.depth = Math.min((half - Math.abs(across)) * 0.9, (lengths[arm % 5] as number) - along);
      if (out.depth < -RIM) return;
      const slope = Math.max(-1, Math.min(1, across / (half + 0.01))) * smoothstep(0, 0.45, reach);
      const direction = arm * SECTOR + bend;
      const bump = fractalNoise(x * 70 + offset, y * 70) - 0.5;
      const other = fractalNoise(x * 70, y * 70 + offset) - 0.5;
      out.normalX = slope * Math.cos(direction) + 0.8 * bump;
      out.normalY = slope * Math.sin(direction) + 0.8 * other;
      out.normalZ = Math.sqrt(Math.max(0.05, 1 - slope * slope));
      out.normalise();
      out.paint(skin);
      out.shade(1 - 0.3 * Math.abs(slope) ** 3);
      out.blend(knob, knobs(along, across, pitch, half));
      out.shade(1 + 0.5 * bump);
      out.gloss = gloss;
    },
  };
}

/** Half the breadth of an arm at a part (0..1) of its length: round at the tip, flared where it meets the disc. */
function armBreadth(part: number, breadth: number): number {
  const sixth = part * part * part * part * part * part;
  return breadth * (1.15 - part * 0.75) * Math.sqrt(1 - sixth) + 0.16 * (1 - part) ** 3;
}

/** Rows of pale knobs: one along the ridge of the arm, one on either side. */
function knobs(along: number, across: number, pitch: number, half: number): number {
  const gap = half * 0.5 + 0.005;
  const row = Math.round(across / gap);
  const place = along / pitch + (row & 1) * 0.5;
  const dx = (place - Math.round(place)) * pitch;
  const dy = across - row * gap;
  return 1 - smoothstep(0.16, 0.34, Math.sqrt(dx * dx + dy * dy) / pitch);
}
