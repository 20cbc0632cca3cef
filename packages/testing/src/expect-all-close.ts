import { expect } from 'vitest';

/**
 * Expects every pair of values to differ by at most `tolerance` times the largest expected magnitude (or
 * 1e-30). A NaN or a different length always fails.
 */
export function expectAllClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance = 1e-5,
): void {
  expect(actual.length).toBe(expected.length);
  let scale = 1e-30;
  for (let i = 0; i < expected.length; i++) scale = Math.max(scale, Math.abs(expected[i] as number));
  let worst = 0;
  let where = -1;
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs((actual[i] as number) - (expected[i] as number)) / scale;
    if (!(error <= worst)) {
      worst = error;
      where = i;
    }
  }
  if (!(worst <= tolerance)) {
    expect.fail(
      `element ${where}: ${actual[where]} is not close to ${expected[where]} (error ${worst}, allowed ${tolerance} of ${scale})`,
    );
  }
}
