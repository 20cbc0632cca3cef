/** Values in -0.5 .. 0.5 that depend only on the seed (a 32-bit linear congruential generator). */
export function noise(shape: readonly number[], seed = 1): Float32Array {
  let state = Math.imul(seed, 7919);
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  for (let i = 0; i < values.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    values[i] = (state >>> 8) / 16777216 - 0.5;
  }
  return values;
}
