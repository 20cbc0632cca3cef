/** A stream of pseudo-random numbers. Only the keys that it was opened with determine its draws. */
export interface RandomStream {
  /** A whole number, uniform over 0 .. 2^32 - 1. */
  uint32(): number;
  /** A number with 32 random bits, uniform over [0, 1). */
  uniform(): number;
  /** A whole number, uniform over 0 .. bound - 1. */
  integer(bound: number): number;
  /** A number from the normal distribution of mean 0 and standard deviation 1 (Box-Muller). */
  normal(): number;
}

/**
 * Opens the stream of a seed and a list of keys.
 *
 * The generator is sfc32 (Chris Doty-Humphrey, PractRand), whose state is hashed from the keys with
 * MurmurHash3's finalizer. Lists of keys that differ anywhere give unrelated streams. So keys address a draw:
 * `randomStream(seed, epoch, image)` is the same whatever was drawn before it. Equal lists give equal draws,
 * so each purpose needs a key of its own.
 *
 * @throws RangeError if the seed or a key is not a safe integer.
 * @example
 * const stream = randomStream(42, CROP, epoch, imageIndex);
 * const top = stream.integer(33); // 0..32
 */
export function randomStream(seed: number, ...keys: number[]): RandomStream {
  let [a, b, c] = hashKeys([seed, ...keys]);
  let counter = 1;
  let spare: number | undefined;

  function uint32(): number {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  }
  function uniform(): number {
    return uint32() / 4294967296;
  }
  function integer(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > 4294967296) {
      throw new RangeError(`bound must be a whole number in 1 .. 2^32 (integer), got ${bound}.`);
    }
    const limit = 4294967296 - (4294967296 % bound); // rejection makes all values equally likely
    let draw = uint32();
    while (draw >= limit) draw = uint32();
    return draw % bound;
  }
  function normal(): number {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform())); // 1 - uniform() is never 0
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  for (let i = 0; i < 12; i++) uint32(); // twelve rounds mix the keys, as sfc32's author advises
  return { uint32, uniform, integer, normal };
}

function hashKeys(keys: readonly number[]): [number, number, number] {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = keys.length;
  for (const key of keys) {
    if (!Number.isSafeInteger(key)) {
      throw new RangeError(`seed and keys must be safe integers (randomStream), got ${key}.`);
    }
    const low = key | 0;
    const high = Math.floor(key / 4294967296) | 0;
    a = mix(a ^ low);
    b = mix((b + a) ^ high);
    c = mix((c + b) ^ low);
    a = (a + c) | 0;
  }
  return [a, b, c];
}

/** MurmurHash3's 32-bit finalizer. */
function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
