import { expect, test } from 'vitest';
import { expectClose, noise } from '../testing/compare-backends.js';
import { describeOneDnn } from '../testing/describe-onednn.js';
import { runOperation } from '../testing/run-primitive.js';
import type { NativeEngine } from './native-engine.js';
import type { Layout, PoolingKind, Window } from './operations.js';

const [images, groups, perGroup, filters, height, width, kernel] = [2, 2, 2, 3, 7, 6, 3];
const window: Window = { strides: [2, 1], dilates: [1, 0], padBefore: [1, 0], padAfter: [2, 1] };
const channels = groups * perGroup;
const [outHeight, outWidth, outChannels] = [3, 5, groups * filters];
const x = noise([images, channels, height, width], 1);
const weights = noise([groups, filters, perGroup, kernel, kernel], 2);
const bias = noise([outChannels], 3);
const dy = noise([images, outChannels, outHeight, outWidth], 4);

/** Calls `see` with every output position, kernel tap and input pixel (undefined outside) of one channel. */
function overWindows(see: (out: number, tap: number, pixel: number | undefined) => void): void {
  for (let row = 0; row < outHeight; row++)
    for (let column = 0; column < outWidth; column++)
      for (let i = 0; i < kernel; i++)
        for (let j = 0; j < kernel; j++) {
          const h = row * 2 - 1 + i * 2;
          const w = column + j;
          const inside = h >= 0 && h < height && w < width;
          see(row * outWidth + column, i * kernel + j, inside ? h * width + w : undefined);
        }
}

/** Calls `multiply` for every product of the grouped convolution, with the positions of its factors. */
function overProducts(multiply: (y: number, x: number, weight: number) => void): void {
  for (let n = 0; n < images; n++)
    for (let o = 0; o < outChannels; o++)
      for (let c = 0; c < perGroup; c++) {
        const channel = Math.floor(o / filters) * perGroup + c;
        overWindows((out, tap, pixel) => {
          if (pixel === undefined) return;
          multiply(
            (n * outChannels + o) * outHeight * outWidth + out,
            (n * channels + channel) * height * width + pixel,
            (o * perGroup + c) * kernel * kernel + tap,
          );
        });
      }
}

function layouts(native: NativeEngine): Record<'x' | 'filter' | 'bias' | 'y', Layout> & Window {
  return {
    x: native.dense([images, channels, height, width]),
    filter: native.dense([groups, filters, perGroup, kernel, kernel]),
    bias: native.dense([outChannels]),
    y: native.dense([images, outChannels, outHeight, outWidth]),
    ...window,
  };
}

describeOneDnn('windows of oneDNN', () => {
  test('a convolution in groups, with strides, holes and uneven padding', () => {
    const expected = new Float64Array(dy.length);
    overProducts((y, at, weight) => {
      expected[y] = (expected[y] ?? 0) + (x[at] ?? 0) * (weights[weight] ?? 0);
    });
    const [y = []] = runOperation(
      (native) => {
        const c = layouts(native);
        return {
          descriptor: native.convolutionForward(c),
          read: [
            ['source', c.x],
            ['weights', c.filter],
            ['bias', c.bias],
          ],
          written: [['destination', c.y]],
        };
      },
      [x, weights, bias],
    );
    const image = outHeight * outWidth;
    expectClose(
      y,
      expected.map((sum, i) => sum + (bias[Math.floor(i / image) % outChannels] ?? 0)),
    );
  });

  test('its gradients for input, filter and bias', () => {
    const expected = {
      dx: new Float64Array(x.length),
      dw: new Float64Array(weights.length),
      db: new Float64Array(outChannels),
    };
    overProducts((y, at, weight) => {
      expected.dx[at] = (expected.dx[at] ?? 0) + (dy[y] ?? 0) * (weights[weight] ?? 0);
      expected.dw[weight] = (expected.dw[weight] ?? 0) + (dy[y] ?? 0) * (x[at] ?? 0);
    });
    dy.forEach((value, i) => {
      const o = Math.floor(i / (outHeight * outWidth)) % outChannels;
      expected.db[o] = (expected.db[o] ?? 0) + value;
    });
    const [dx = []] = runOperation(
      (native) => {
        const c = layouts(native);
        return {
          descriptor: native.convolutionBackwardInput(c),
          read: [
            ['diffDestination', c.y],
            ['weights', c.filter],
          ],
          written: [['diffSource', c.x]],
        };
      },
      [dy, weights],
    );
    const [dw = [], db = []] = runOperation(
      (native) => {
        const c = layouts(native);
        return {
          descriptor: native.convolutionBackwardFilter(c),
          read: [
            ['source', c.x],
            ['diffDestination', c.y],
          ],
          written: [
            ['diffWeights', c.filter],
            ['diffBias', c.bias],
          ],
        };
      },
      [x, dy],
    );
    expectClose(dx, expected.dx);
    expectClose(dw, expected.dw);
    expectClose(db, expected.db);
  });

  test.each(['max', 'average', 'averageOverWholeWindow'] as const)('%s pooling with holes', (kind) => {
    const combine: Record<PoolingKind, (seen: number[]) => number> = {
      max: (seen) => Math.max(...seen),
      average: (seen) => seen.reduce((s, v) => s + v) / seen.length,
      averageOverWholeWindow: (seen) => seen.reduce((s, v) => s + v) / kernel ** 2,
    };
    const seen = Array.from({ length: images * channels * outHeight * outWidth }, (): number[] => []);
    for (let plane = 0; plane < images * channels; plane++) {
      overWindows((out, _, pixel) => {
        if (pixel !== undefined)
          seen[plane * outHeight * outWidth + out]?.push(x[plane * height * width + pixel] ?? 0);
      });
    }
    const [y = []] = runOperation(
      (native) => {
        const from = native.dense([images, channels, height, width]);
        const to = native.dense([images, channels, outHeight, outWidth]);
        return {
          descriptor: native.poolingForward({
            kind,
            x: from,
            y: to,
            kernel: [kernel, kernel],
            ...window,
            training: false,
          }),
          read: [['source', from]],
          written: [['destination', to]],
        };
      },
      [x],
    );
    expectClose(y, seen.map(combine[kind]));
    expect(seen.some((values) => values.length < kernel ** 2)).toBe(true);
  });
});
