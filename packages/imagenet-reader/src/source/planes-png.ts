import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const RGB_OF_8_BITS = [8, 2, 0, 0, 0] as const;

/** The size of an image that is stored as raw pixels. */
export interface PlanesSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Writes raw pixels as a PNG without compression, so equal pixels give equal bytes everywhere. `planes` holds
 * all red values, then all green, then all blue, each row by row. PNG specification, sec. 11.2.
 */
export function planesPng(planes: Buffer, { width, height }: PlanesSize): Buffer {
  const size = Buffer.alloc(8);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  const pixels = width * height;
  const rows = Buffer.alloc(height * (1 + 3 * width)); // every row begins with 0, the filter 'none'
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const to = y * (1 + 3 * width) + 1 + 3 * x;
      for (let c = 0; c < 3; c++) rows[to + c] = planes[c * pixels + y * width + x] ?? 0;
    }
  }
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', Buffer.concat([size, Buffer.from(RGB_OF_8_BITS)])),
    chunk('IDAT', deflateSync(rows, { level: 0 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const content = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(content));
  return Buffer.concat([length, content, checksum]);
}
