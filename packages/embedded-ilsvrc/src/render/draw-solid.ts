import type { Canvas } from './canvas.js';
import { illuminate, type Light } from './light.js';
import { RIM, type Solid, Surface } from './surface.js';

/** Where a solid is put: its centre in pixels, pixels a unit, and how it is turned. */
export interface Pose {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
  /** Clockwise, in radians. */
  readonly angle: number;
  /** Height on the canvas over true height, (0, 1]; below 1 the solid is seen at an angle. */
  readonly squash: number;
  readonly mirrored: boolean;
}

/** Draws a lit solid over the canvas, its outline smoothed over one pixel. */
export function drawSolid(canvas: Canvas, solid: Solid, pose: Pose, light: Light): void {
  const { width, height, data } = canvas;
  const box = boundingBox(solid, pose);
  const cos = Math.cos(pose.angle);
  const sin = Math.sin(pose.angle);
  const flip = pose.mirrored ? -1 : 1;
  const out = new Surface();
  const right = Math.min(width, Math.ceil(pose.x + box.halfWidth) + 1);
  const bottom = Math.min(height, Math.ceil(pose.y + box.halfHeight) + 1);
  const left = Math.max(0, Math.floor(pose.x - box.halfWidth) - 1);
  for (let py = Math.max(0, Math.floor(pose.y - box.halfHeight) - 1); py < bottom; py++) {
    const dy = (py + 0.5 - pose.y) / (pose.scale * pose.squash);
    for (let px = left; px < right; px++) {
      const dx = (px + 0.5 - pose.x) / pose.scale;
      solid.sample((cos * dx + sin * dy) * flip, cos * dy - sin * dx, out);
      const cover = Math.min(1, out.depth * pose.scale + 0.5);
      if (cover <= 0 || out.depth < -RIM) continue;
      const nx = out.normalX * flip;
      out.normalX = cos * nx - sin * out.normalY;
      out.normalY = sin * nx + cos * out.normalY;
      illuminate(out, light);
      const p = (py * width + px) * 3;
      data[p] = (data[p] as number) * (1 - cover) + out.red * cover;
      data[p + 1] = (data[p + 1] as number) * (1 - cover) + out.green * cover;
      data[p + 2] = (data[p + 2] as number) * (1 - cover) + out.blue * cover;
    }
  }
}

/** Half the sides, in pixels, of the upright box that holds the solid as it is posed. */
export function boundingBox(solid: Solid, pose: Pose): { halfWidth: number; halfHeight: number } {
  const cos = Math.abs(Math.cos(pose.angle));
  const sin = Math.abs(Math.sin(pose.angle));
  return {
    halfWidth: pose.scale * (cos * solid.halfWidth + sin * solid.halfHeight),
    halfHeight: pose.scale * pose.squash * (sin * solid.halfWidth + cos * solid.halfHeight),
  };
}
