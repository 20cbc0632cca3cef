import { decodeText } from '../byte-cursor.js';

const BLOCK = 512;
/** More entries than PyTorch's first format has. */
const MAX_ENTRIES = 100;
/** Types of entries that describe the next one and hold no file. */
const headerTypes = new Set(['x', 'g', 'L', 'K']);

/**
 * The files in a tar, by name, as views of its bytes.
 *
 * @throws RangeError if it is cut off, a checksum is wrong, or a name is there twice.
 * @see POSIX.1-1988, ustar
 */
export function tarEntries(file: Uint8Array): Map<string, Uint8Array> {
  const entries = new Map<string, Uint8Array>();
  let at = 0;
  for (;;) {
    const header = blocks(file, at, 1);
    at += BLOCK;
    if (header.every((byte) => byte === 0)) {
      if (blocks(file, at, 1).some((byte) => byte !== 0)) throw new RangeError('its tar has an empty header');
      return entries;
    }
    requireChecksum(header);
    const size = octal(header.subarray(124, 136), 'size');
    const content = blocks(file, at, Math.ceil(size / BLOCK)).subarray(0, size);
    at += Math.ceil(size / BLOCK) * BLOCK;
    if (headerTypes.has(latin1(header.subarray(156, 157)))) continue;
    const name = decodeText(untilZero(header.subarray(0, 100)));
    if (entries.has(name)) throw new RangeError(`its tar has '${name}' twice`);
    if (entries.size === MAX_ENTRIES) throw new RangeError(`its tar has more than ${MAX_ENTRIES} entries`);
    entries.set(name, content);
  }
}

function blocks(file: Uint8Array, at: number, count: number): Uint8Array {
  const end = at + count * BLOCK;
  if (end > file.length) {
    throw new RangeError(`its tar should have ${end} bytes or more, but has ${file.length}`);
  }
  return file.subarray(at, end);
}

/** The sum of a header's bytes, in which those of the checksum itself count as blanks. */
function requireChecksum(header: Uint8Array): void {
  const stored = octal(header.subarray(148, 156), 'checksum');
  const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
  if (sum !== stored) throw new RangeError(`a header of its tar is damaged (checksum ${stored}, got ${sum})`);
}

function octal(field: Uint8Array, what: string): number {
  const digits = latin1(untilZero(field)).trim();
  if (!/^[0-7]{1,11}$/.test(digits)) throw new RangeError(`a ${what} in its tar is not an octal number`);
  return Number.parseInt(digits, 8);
}

function untilZero(field: Uint8Array): Uint8Array {
  const end = field.indexOf(0);
  return end < 0 ? field : field.subarray(0, end);
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
