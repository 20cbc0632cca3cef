/** Check of docs/errata.md: the two nets of cuda-convnet 1 that gave the CIFAR-10 numbers of section 3.3. */
import { expect, test } from 'vitest';

/** Filters of conv1, conv2, local3, local4: `example-layers/layers-conv-local-{13,11}pct.cfg`. */
const nets = { pct13: [64, 64, 32, 32], pct11: [64, 64, 64, 32] } as const;

/** Weights and biases: 5 x 5 convolutions, 3 x 3 local layers (weights for each position), ten outputs. */
function parameters([conv1, conv2, local3, local4]: readonly [number, number, number, number]): number[] {
  const pooled = (side: number): number => Math.ceil((side - 3) / 2) + 1; // the original rounds up
  const side = pooled(pooled(32));
  const conv = (channels: number, filters: number): number => (5 * 5 * channels + 1) * filters;
  const local = (channels: number, filters: number): number => side ** 2 * (3 * 3 * channels + 1) * filters;
  const dense = (side ** 2 * local4 + 1) * 10;
  return [conv(3, conv1), conv(conv1, conv2), local(conv2, local3), local(local3, local4), dense];
}

test('the CIFAR-10 net with normalization also has 1.93 times the parameters', () => {
  const sum = (counts: number[]): number => counts.reduce((total, count) => total + count, 0);
  const [without, withNorm] = [parameters(nets.pct13), parameters(nets.pct11)];
  expect(without).toEqual([4864, 102_464, 1_181_696, 591_872, 20_490]);
  expect(withNorm).toEqual([4864, 102_464, 2_363_392, 1_181_696, 20_490]);
  expect(sum(withNorm) / sum(without)).toBeCloseTo(1.932, 3);
});
