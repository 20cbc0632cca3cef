import type { Canvas } from './canvas.js';
import { boundingBox, type Pose } from './draw-solid.js';
import type { Light } from './light.js';
import { type Solid, Surface } from './surface.js';

/** The shadow is computed on a grid with cells this many pixels wide, as it is soft anyway. */
const STEP = 4;

/**
 * Darkens the canvas where the solid blocks the lamp's light: behind or in front of its foot if it stands, next to it
 * if it lies. `horizon` is the row above which there is no ground to fall on; `strength` 0..1 is the light lost.
 */
export function castShadow(
  canvas: Canvas,
  solid: Solid,
  pose: Pose,
  light: Light,
  { horizon, strength, blur }: { horizon: number; strength: number; blur: number },
): void {
  const columns = Math.ceil(canvas.width / STEP) + 1;
  const rows = Math.ceil(canvas.height / STEP) + 1;
  const shadow = new Float32Array(columns * rows);
  const out = new Surface();
  const source = shadowSource(solid, pose, light);
  for (let row = 0; row < rows; row++) {
    const y = row * STEP;
    if (y < horizon) continue;
    for (let column = 0; column < columns; column++) {
      source(column * STEP, y, out);
      if (out.depth > 0) shadow[row * columns + column] = strength;
    }
  }
  if (solid.stance === 'standing') addContact(shadow, columns, solid, pose, strength);
  for (let pass = 0; pass < 2; pass++) blurGrid(shadow, columns, rows, blur);
  darken(canvas, shadow, columns);
}

/** The point of the solid that keeps the lamp's light from a point of the ground. */
function shadowSource(solid: Solid, pose: Pose, light: Light): (x: number, y: number, out: Surface) => void {
  const cos = Math.cos(pose.angle);
  const sin = Math.sin(pose.angle);
  const flip = pose.mirrored ? -1 : 1;
  const sampleAt = (x: number, y: number, out: Surface): void => {
    const dx = (x - pose.x) / pose.scale;
    const dy = (y - pose.y) / (pose.scale * pose.squash);
    solid.sample((cos * dx + sin * dy) * flip, cos * dy - sin * dx, out);
  };
  if (solid.stance === 'lying') {
    const reach = 0.09 * pose.scale;
    return (x, y, out) => sampleAt(x + (reach * light.x) / light.z, y + (reach * light.y) / light.z, out);
  }
  const foot = pose.y + boundingBox(solid, pose).halfHeight - 0.04 * pose.scale;
  const slope = Math.max(-2, Math.min(2, light.x / light.y)); // sideways run of the shadow for each unit of height
  const depth = light.z > 0.55 ? 0.32 : -0.22; // seen from above, shadows of light from the front run up the canvas
  return (x, y, out) => {
    const run = (foot - y) / depth;
    if (run < 0) out.depth = -1;
    else sampleAt(x - run * slope * 0.8, foot - run, out);
  };
}

/** Darkens a flat ellipse about the foot, where neither the lamp nor the sky reaches. */
function addContact(shadow: Float32Array, columns: number, solid: Solid, pose: Pose, strength: number): void {
  const box = boundingBox(solid, pose);
  const reachX = Math.max(1, (0.62 * box.halfWidth) / STEP);
  const reachY = Math.max(0.6, (0.09 * box.halfWidth) / STEP);
  const centreX = pose.x / STEP;
  const centreY = (pose.y + box.halfHeight - 0.03 * pose.scale) / STEP;
  for (let i = 0; i < shadow.length; i++) {
    const dx = ((i % columns) - centreX) / reachX;
    const dy = (Math.floor(i / columns) - centreY) / reachY;
    const depth = dx * dx + dy * dy;
    if (depth < 1) shadow[i] = Math.max(shadow[i] as number, strength * 1.2 * (1 - depth * depth));
  }
}

/** A box blur of the given radius along both axes. */
function blurGrid(grid: Float32Array, columns: number, rows: number, radius: number): void {
  for (let row = 0; row < rows; row++) blurLine(grid, row * columns, 1, columns, radius);
  for (let column = 0; column < columns; column++) blurLine(grid, column, columns, rows, radius);
}

function blurLine(grid: Float32Array, start: number, stride: number, length: number, radius: number): void {
  const line = new Float32Array(length);
  for (let i = 0; i < length; i++) line[i] = grid[start + i * stride] as number;
  const last = length - 1;
  let sum = 0;
  for (let i = -radius; i <= radius; i++) sum += line[Math.min(last, Math.max(0, i))] as number;
  for (let i = 0; i < length; i++) {
    grid[start + i * stride] = sum / (2 * radius + 1);
    sum += (line[Math.min(last, i + radius + 1)] as number) - (line[Math.max(0, i - radius)] as number);
  }
}

function darken(canvas: Canvas, shadow: Float32Array, columns: number): void {
  const { width, height, data } = canvas;
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / STEP) * columns;
    const fy = (y % STEP) / STEP;
    for (let cell = 0; cell * STEP < width; cell++) {
      const i = row + cell;
      const left = (shadow[i] as number) * (1 - fy) + (shadow[i + columns] as number) * fy;
      const right = (shadow[i + 1] as number) * (1 - fy) + (shadow[i + columns + 1] as number) * fy;
      if (left <= 0 && right <= 0) continue;
      const end = Math.min(width, (cell + 1) * STEP);
      for (let x = cell * STEP, p = (y * width + x) * 3; x < end; x++, p += 3) {
        const lost = left + ((right - left) * (x % STEP)) / STEP;
        data[p] = (data[p] as number) * (1 - lost);
        data[p + 1] = (data[p + 1] as number) * (1 - lost);
        data[p + 2] = (data[p + 2] as number) * (1 - 0.93 * lost); // shadows are a little blue
      }
    }
  }
}
