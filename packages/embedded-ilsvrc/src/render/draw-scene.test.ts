import { randomStream } from '@alexnet/random';
import { expect, test } from 'vitest';
import { embeddedClasses } from '../classes.js';
import { drawScene } from './draw-scene.js';
import { RIM, Surface } from './surface.js';

const makers = embeddedClasses.map((embedded) => embedded.make);

test.each(embeddedClasses)(
  '$words: every point is finite, faces the viewer and lies in its box',
  ({ make }) => {
    const out = new Surface();
    let inside = 0;
    let outside = 0;
    for (let draw = 0; draw < 12; draw++) {
      const solid = make(randomStream(11, draw));
      for (let y = -1.3; y < 1.3; y += 0.03) {
        for (let x = -1.3; x < 1.3; x += 0.03) {
          solid.sample(x, y, out);
          if (out.depth < -RIM) continue;
          const length = Math.hypot(out.normalX, out.normalY, out.normalZ);
          const isSound =
            Number.isFinite(out.depth) &&
            Math.abs(length - 1) < 0.15 &&
            out.normalZ >= 0 &&
            Math.min(out.red, out.green, out.blue, out.gloss) >= 0 &&
            Number.isFinite(out.red + out.green + out.blue + out.gloss);
          if (!isSound) expect.fail(`unsound surface at ${x}, ${y}: ${JSON.stringify(out)}`);
          if (out.depth <= 0) continue;
          inside++;
          if (Math.abs(x) > solid.halfWidth || Math.abs(y) > solid.halfHeight) outside++;
        }
      }
    }
    expect(inside).toBeGreaterThan(3000);
    expect(outside / inside).toBeLessThan(0.01);
  },
);

test('a scene is the same for the same stream and differs with the class', () => {
  const [first, second] = makers;
  if (!first || !second) throw new Error('two classes at least');
  const draw = (make: typeof first) => drawScene(make, makers.slice(2), randomStream(3, 1));
  const bytes = Buffer.from(draw(first).data);
  expect(bytes.equals(draw(first).data)).toBe(true);
  expect(bytes.equals(draw(second).data)).toBe(false);
});

test('images are neither black nor burnt out, and no row is uniform', () => {
  for (let label = 0; label < makers.length; label++) {
    const make = makers[label];
    if (!make) continue;
    const { width, height, data } = drawScene(make, [], randomStream(4, label));
    expect(data.length).toBe(3 * width * height);
    const mean = data.reduce((sum, level) => sum + level, 0) / data.length;
    expect(mean).toBeGreaterThan(20);
    expect(mean).toBeLessThan(235);
    for (let y = 0; y < height; y++) {
      expect(new Set(data.subarray(3 * y * width, 3 * (y + 1) * width)).size).toBeGreaterThan(3);
    }
  }
});
