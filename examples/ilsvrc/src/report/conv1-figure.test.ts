import sharp from 'sharp';
import { expect, test } from 'vitest';
import { type Conv1Kernels, conv1Figure } from './conv1-figure.js';

/** Kernels of 11x11x3 that are zero except for the given weights: [y, x, channel, filter, value]. */
function kernels(filters: number, ...weights: [number, number, number, number, number][]): Conv1Kernels {
  const data = new Float32Array(11 * 11 * 3 * filters);
  for (const [y, x, channel, filter, value] of weights) {
    data[((y * 11 + x) * 3 + channel) * filters + filter] = value;
  }
  return { shape: [11, 11, 3, filters], data };
}

async function decode(png: Buffer) {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number): number[] => [
    ...data.subarray((y * info.width + x) * 4, (y * info.width + x) * 4 + 4),
  ];
  return { at, width: info.width, height: info.height };
}

const grey = [128, 128, 128, 255];

test('two towers of 48 make six rows of sixteen', async () => {
  const { width, height } = await decode(await conv1Figure([kernels(48), kernels(48)], { scale: 2, gap: 3 }));
  expect([width, height]).toEqual([16 * 25 - 3, 6 * 25 - 3]);
});

test('a weight is a square at the position of its kernel; tower B follows tower A', async () => {
  const a = kernels(48, [0, 0, 0, 0, 1], [4, 7, 2, 17, 0.5]);
  const b = kernels(48, [10, 10, 1, 1, -1]);
  const { at } = await decode(await conv1Figure([a, b], { scale: 4, gap: 2 }));
  const pitch = 46;
  for (const [dx, dy] of [
    [0, 0],
    [3, 0],
    [0, 3],
    [3, 3],
  ] as const) {
    expect(at(dx, dy)).toEqual([255, 128, 128, 255]);
    expect(at(pitch + 28 + dx, pitch + 16 + dy)).toEqual([128, 128, 191, 255]); // filter 17: second row, second column
    expect(at(pitch + 40 + dx, 3 * pitch + 40 + dy)).toEqual([128, 0, 128, 255]);
  }
  expect(at(4, 0)).toEqual(grey);
  expect(at(pitch + 27, pitch + 16)).toEqual(grey);
  expect(at(pitch + 28, pitch + 15)).toEqual(grey);
});

test('gaps between kernels are transparent', async () => {
  const { at } = await decode(await conv1Figure([kernels(16)], { scale: 1, gap: 2 }));
  expect(at(10, 0)).toEqual(grey);
  expect(at(11, 0)[3]).toBe(0);
  expect(at(12, 5)[3]).toBe(0);
  expect(at(13, 0)).toEqual(grey);
});

test('all kernels of both towers have the same scale', async () => {
  const strong = kernels(2, [0, 0, 0, 0, 8]);
  const weak = kernels(2, [0, 0, 0, 0, 2]);
  const { at } = await decode(await conv1Figure([strong, weak], { scale: 1, gap: 0 }));
  expect(at(0, 0)[0]).toBe(255);
  expect(at(0, 11)[0]).toBe(Math.round(127.5 * 1.25));
});

test('kernels of zeros are grey; invalid kernels are refused', async () => {
  const { at } = await decode(await conv1Figure([kernels(3)]));
  expect(at(0, 0)).toEqual(grey);
  await expect(conv1Figure([])).rejects.toThrow('at least one (conv1Figure), got 0.');
  await expect(conv1Figure([{ shape: [11, 11, 3, 4], data: [1] }])).rejects.toThrow(
    'got [11, 11, 3, 4] and 1 numbers.',
  );
});
