import { Reader } from 'protobufjs/minimal.js';

/** An event of a file, with the fields that `alexnet` writes. */
export interface ReadEvent {
  wallTime: number;
  step: number;
  fileVersion?: string;
  sessionStatus?: number;
  scalars: Record<string, number>;
  images: Record<string, { png: Buffer; width: number; height: number; colorSpace: number }>;
}

/**
 * Reads the complete records of an event file, slowly. A record that is cut off is ignored.
 *
 * @throws Error for a wrong checksum.
 */
export function readEventFile(file: Buffer): ReadEvent[] {
  const events: ReadEvent[] = [];
  for (let at = 0; at + 16 <= file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    requireChecksum(file.subarray(at, at + 8), file.readUInt32LE(at + 8));
    const end = at + 12 + length;
    if (end + 4 > file.length) break;
    const data = file.subarray(at + 12, end);
    requireChecksum(data, file.readUInt32LE(end));
    events.push(readEvent(data));
    at = end + 4;
  }
  return events;
}

function requireChecksum(bytes: Uint8Array, stored: number): void {
  const crc = crc32cBitByBit(bytes);
  const masked = (BigInt((crc >>> 15) | (crc << 17)) + 0xa282ead8n) & 0xffffffffn;
  if (BigInt(stored) !== masked) throw new Error(`a checksum is ${stored}, of its bytes ${masked}`);
}

/** RFC 3720, appendix B.4: the polynomial 0x1edc6f41, reflected. */
export function crc32cBitByBit(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

function readEvent(bytes: Uint8Array): ReadEvent {
  const event: ReadEvent = { wallTime: Number.NaN, step: 0, scalars: {}, images: {} };
  readFields(Reader.create(bytes), (field, r) => {
    if (field === 1) event.wallTime = r.double();
    else if (field === 2) event.step = Number(r.int64());
    else if (field === 3) event.fileVersion = r.string();
    else if (field === 5) readFields(part(r), (_value, summary) => readValue(part(summary), event));
    else if (field === 7) {
      readFields(part(r), (_status, log) => {
        event.sessionStatus = log.int32();
      });
    } else throw new Error(`an event has the field ${field}`);
  });
  return event;
}

function readValue(reader: Reader, { scalars, images }: ReadEvent): void {
  let tag = '';
  readFields(reader, (field, r) => {
    if (field === 1) tag = r.string();
    else if (field === 2) scalars[tag] = r.float();
    else if (field === 4) images[tag] = readImage(part(r));
    else throw new Error(`a value has the field ${field}`);
  });
}

function readImage(reader: Reader): ReadEvent['images'][string] {
  const numbers = [0, 0, 0, 0];
  let png = Buffer.alloc(0);
  readFields(reader, (field, r) => {
    if (field === 4) png = Buffer.from(r.bytes());
    else numbers[field] = r.int32();
  });
  const [, height = 0, width = 0, colorSpace = 0] = numbers;
  return { png, width, height, colorSpace };
}

function part(reader: Reader): Reader {
  return Reader.create(reader.bytes());
}

function readFields(reader: Reader, read: (field: number, reader: Reader) => void): void {
  while (reader.pos < reader.len) read(reader.uint32() >>> 3, reader);
}
