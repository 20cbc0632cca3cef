/** The fields of a tar header, before long names and pax records are applied. */
export interface TarHeader {
  readonly name: string;
  readonly size: number;
  /** The type flag: '0' file, '5' folder, 'L' GNU long name, 'x' pax records, ... */
  readonly type: string;
}

/**
 * Reads a 512-byte tar header (POSIX ustar, or GNU); undefined if its checksum is wrong or its size is not a
 * number.
 *
 * Layout: name 0..100, size 124..136, checksum 148..156, type 156, magic 257..263, prefix 345..500 (ustar
 * only).
 */
export function readTarHeader(block: Buffer): TarHeader | undefined {
  if (block.length < 512 || !hasRightChecksum(block)) return undefined;
  const size = readNumber(block.subarray(124, 136));
  if (size === undefined) return undefined;
  const isPosix = block.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isPosix ? text(block.subarray(345, 500)) : '';
  const name = text(block.subarray(0, 100));
  const flag = block[156] as number;
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    size,
    type: flag === 0 ? '0' : String.fromCharCode(flag),
  };
}

/** The records of a pax header, `"<length> <key>=<value>\n"` each; undefined if they are malformed. */
export function readPaxRecords(bytes: Buffer): Map<string, string> | undefined {
  const records = new Map<string, string>();
  let at = 0;
  while (at < bytes.length && bytes[at] !== 0) {
    const space = bytes.indexOf(0x20, at);
    const digits = space < 0 || space - at > 10 ? '' : bytes.toString('latin1', at, space);
    const length = /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
    const equals = bytes.indexOf(0x3d, space);
    const end = at + length;
    if (!Number.isInteger(length) || length < 1 || end > bytes.length || equals < 0 || equals >= end) {
      return undefined;
    }
    records.set(bytes.toString('utf8', space + 1, equals), bytes.toString('utf8', equals + 1, end - 1));
    at = end;
  }
  return records;
}

/** Some old programs summed signed bytes; like other readers, this one accepts both sums. */
function hasRightChecksum(block: Buffer): boolean {
  const stored = readNumber(block.subarray(148, 156));
  let unsigned = 0;
  let signed = 0;
  for (let i = 0; i < 512; i++) {
    const byte = i >= 148 && i < 156 ? 0x20 : (block[i] as number);
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  return stored !== undefined && (stored === unsigned || stored === signed);
}

/** Octal digits, or GNU's base-256 (first bit set) for sizes of 8 GiB and more. */
function readNumber(field: Buffer): number | undefined {
  if (field[0] === 0x80) {
    const value = field.subarray(1).reduce((sum, byte) => sum * 256 + byte, 0);
    return Number.isSafeInteger(value) ? value : undefined;
  }
  const digits = text(field).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

function text(field: Buffer): string {
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? field.length : end);
}
