import { randomStream } from '@alexnet/random';
import { expect, test } from 'vitest';
import { type Canvas, createCanvas } from './canvas.js';
import { castShadow } from './cast-shadow.js';
import { hsv } from './colour.js';
import { drawSolid, type Pose } from './draw-solid.js';
import type { Light } from './light.js';
import { ball } from './shapes/ball.js';

const white = [1, 1, 1] as const;
const fromLeft: Light = { x: -0.6, y: -0.48, z: 0.64, lamp: white, around: [0.1, 0.1, 0.1] };
const pose: Pose = { x: 50, y: 40, scale: 20, angle: 0, squash: 1, mirrored: false };
const chalkBall = ball(randomStream(1), (_x, _y, _z, out) => out.paint([0.5, 0.5, 0.5]));

test('a ball is a disc of its radius, brighter on the side of the lamp, whichever way it is turned', () => {
  for (const turn of [{}, { angle: 1 }, { mirrored: true }]) {
    const canvas = createCanvas(100, 80);
    drawSolid(canvas, chalkBall, { ...pose, ...turn }, fromLeft);
    const lit = canvas.data.filter((value, i) => i % 3 === 0 && value > 0).length;
    expect(Math.abs(lit / (Math.PI * 20 * 20) - 1)).toBeLessThan(0.08);
    expect(red(canvas, 38, 32)).toBeGreaterThan(2 * red(canvas, 63, 46));
  }
});

test('its shadow falls away from the lamp and not above the horizon', () => {
  const canvas = createCanvas(100, 80);
  canvas.data.fill(1);
  castShadow(canvas, chalkBall, pose, fromLeft, { horizon: 30, strength: 0.5, blur: 1 });
  const rows = [...Array(26).keys()].map((y) => red(canvas, 70, y));
  expect(Math.min(...rows)).toBeGreaterThan(0.99);
  let left = 0;
  let right = 0;
  for (let y = 0; y < 80; y++) {
    for (let x = 0; x < 50; x++) {
      left += 1 - red(canvas, x, y);
      right += 1 - red(canvas, 99 - x, y);
    }
  }
  expect(right).toBeGreaterThan(1.5 * left);
});

test('hues are where a colour wheel has them', () => {
  expect(hsv(0, 1, 1)).toEqual([1, 0, 0]);
  expect(hsv(480, 1, 1)).toEqual([0, 1, 0]);
  expect(hsv(-120, 1, 1)).toEqual([0, 0, 1]);
  expect(hsv(77, 0, 0.5)[0]).toBeCloseTo(0.5 ** 2.2);
});

function red(canvas: Canvas, x: number, y: number): number {
  return canvas.data[3 * (y * canvas.width + x)] as number;
}
