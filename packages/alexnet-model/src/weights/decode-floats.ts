/** Floating-point types of weight files, with the names of safetensors. */
export type FloatType = 'F32' | 'F64' | 'F16' | 'BF16';

export const bytesPerFloat: Readonly<Record<FloatType, number>> = { F32: 4, F64: 8, F16: 2, BF16: 2 };

/** Decodes little-endian numbers as float32. */
export function decodeFloats(bytes: Uint8Array, type: FloatType): Float32Array {
  const { buffer } = bytes.slice(); // aligned, and a copy that the caller owns
  switch (type) {
    case 'F32':
      return new Float32Array(buffer);
    case 'F64':
      return Float32Array.from(new Float64Array(buffer));
    case 'F16':
      return Float32Array.from(new Uint16Array(buffer), halfToNumber);
    case 'BF16': // the upper half of a float32
      return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (bits) => bits << 16).buffer);
  }
}

/** IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
