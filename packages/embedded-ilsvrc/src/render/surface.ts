import type { Colour } from './colour.js';

/**
 * A solid's surface at one point. One mutable record is used for every pixel, so that drawing allocates nothing.
 *
 * Coordinates: x to the right, y down, z towards the viewer.
 */
export class Surface {
  /** Signed distance to the outline in the solid's own units, > 0 inside. */
  depth = -0.5;
  normalX = 0.5;
  normalY = 0.5;
  normalZ = 0.5;
  red = 0.5;
  green = 0.5;
  blue = 0.5;
  /** Strength of the highlight, 0 (chalk) to 1 (glazed). */
  gloss = 0.5;

  /** Gives the normal the length 1. */
  normalise(): void {
    const { normalX: x, normalY: y, normalZ: z } = this;
    const length = Math.sqrt(x * x + y * y + z * z);
    this.normalX = x / length;
    this.normalY = y / length;
    this.normalZ = z / length;
  }

  paint(colour: Colour): void {
    this.red = colour[0];
    this.green = colour[1];
    this.blue = colour[2];
  }

  /** Moves the colour a part of the way (0..1) towards another one. */
  blend(colour: Colour, amount: number): void {
    this.red += (colour[0] - this.red) * amount;
    this.green += (colour[1] - this.green) * amount;
    this.blue += (colour[2] - this.blue) * amount;
  }

  /** Multiplies the colour. */
  shade(factor: number): void {
    this.red *= factor;
    this.green *= factor;
    this.blue *= factor;
  }
}

/** Sets the colour of a surface at texture coordinates. */
export type Paint = (u: number, v: number, out: Surface) => void;

/** Farther outside than this, in its own units, a solid has to set only `depth`. */
export const RIM = 0.02;

/** A thing to draw: where it is, how it faces and what colour it has, point by point. */
export interface Solid {
  /** Half the width of its bounding box, in its own units; the box is centred on the origin. */
  readonly halfWidth: number;
  /** Half the height of its bounding box. */
  readonly halfHeight: number;
  /** Whether it stands on its lower edge (vase) or lies flat before the viewer (leaf). */
  readonly stance: 'standing' | 'lying';
  /** Writes the surface at a point; beyond RIM outside only `depth` counts. */
  sample(x: number, y: number, out: Surface): void;
}
