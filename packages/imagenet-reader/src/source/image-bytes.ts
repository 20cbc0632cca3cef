import { gunzipSync } from 'node:zlib';

const LARGEST_UNPACKED = 1 << 26;

/** The first bytes of every kind of image that is decoded. */
const STARTS: readonly (readonly [kind: ImageKind, start: Buffer])[] = [
  ['jpeg', Buffer.from([0xff, 0xd8, 0xff])],
  ['png', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
  ['gif', Buffer.from('GIF87a')],
  ['gif', Buffer.from('GIF89a')],
  ['webp', Buffer.from('RIFF')],
  ['tiff', Buffer.from('II*\0')],
  ['tiff', Buffer.from('MM\0*')],
];

/** The real format of an image's file, whatever its name. */
export type ImageKind = 'jpeg' | 'png' | 'gif' | 'webp' | 'tiff';

/**
 * Recognizes an image by its bytes, and unpacks it if it is gzip-compressed, as some of ILSVRC-2010's are
 * said to be (mila-iqia/fuel, `converters/ilsvrc2010.py`).
 *
 * The decoder knows other formats too (SVG with its references, PDF, HEIF). They do not occur in these data
 * sets and are refused before the decoder sees them.
 *
 * @throws Error if the bytes are in none of these formats.
 */
export function imageBytes(bytes: Buffer): { kind: ImageKind; bytes: Buffer } {
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? unpacked(bytes) : bytes;
  const kind = STARTS.find(([, start]) => plain.subarray(0, start.length).equals(start))?.[0];
  if (kind) return { kind, bytes: plain };
  throw new Error(plain.length === 0 ? 'it is empty' : 'it is not a JPEG, PNG, GIF, WebP or TIFF');
}

function unpacked(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST_UNPACKED });
  } catch (error) {
    throw new Error('its gzip compression is damaged or unpacks to too much', { cause: error });
  }
}
