import { type ByteCursor, decodeText } from '../byte-cursor.js';

/** Longer numbers take quadratic time to read, and no state dict has them. */
const MAX_DIGITS = 1000;

/** A string of Python 2, whose bytes are UTF-8 or the raw bytes of, for example, a NumPy scalar. */
export function python2Text(bytes: Uint8Array): string {
  try {
    return decodeText(bytes);
  } catch {
    return latin1.decode(bytes);
  }
}

/** A string of protocol 0 as Python prints it, `'conv1.weight'`. */
export function quotedText(line: string): string {
  const quote = line[0];
  if (line.length < 2 || (quote !== "'" && quote !== '"') || line.at(-1) !== quote) {
    throw new RangeError('a text of protocol 0 is not in quotes');
  }
  return unescapeText(line.slice(1, -1));
}

/** A text of protocol 0, in which `\u0041` or `\x41` is a character. */
export function unescapeText(text: string): string {
  return text.replace(/\\(?:u([\da-f]{4})|x([\da-f]{2})|([\\'"nrt]))/gi, (_, u, x, plain: string) => {
    if (plain === undefined) return String.fromCharCode(Number.parseInt(u ?? x, 16));
    return { n: '\n', r: '\r', t: '\t' }[plain] ?? plain;
  });
}

/** A whole number of protocol 0; `01` and `00` are true and false. */
export function wholeNumber(line: string): number | bigint | boolean {
  if (line === '01') return true;
  if (line === '00') return false;
  const digits = line.endsWith('L') ? line.slice(0, -1) : line;
  if (digits.length > MAX_DIGITS || !/^[+-]?\d+$/.test(digits)) {
    throw new RangeError(`a whole number of its pickle is written '${line.slice(0, 40)}'`);
  }
  return fromBigint(BigInt(digits.replace(/^\+/, '')));
}

/** A little-endian two's complement integer; a bigint if a number would be inexact. */
export function longNumber(cursor: ByteCursor, size: number): number | bigint {
  if (size > MAX_DIGITS) throw new RangeError(`a whole number of its pickle has ${size} bytes`);
  const bits = cursor.take(size).reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return fromBigint(BigInt.asIntN(size * 8, bits));
}

const latin1 = new TextDecoder('latin1');

function fromBigint(value: bigint): number | bigint {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
