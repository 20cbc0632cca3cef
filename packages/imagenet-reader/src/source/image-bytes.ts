import { gunzipSync } from 'node:zlib';

const LARGEST_UNPACKED = 1 << 26;

/** How the file of every kind of image that is decoded begins. */
const STARTS: readonly (readonly [kind: ImageKind, start: Buffer, at?: number])[] = [
  ['jpeg', Buffer.from([0xff, 0xd8, 0xff])],
  ['png', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
  ['gif', Buffer.from('GIF87a')],
  ['gif', Buffer.from('GIF89a')],
  ['webp', Buffer.from('WEBP'), 8],
  ['tiff', Buffer.from('II*\0')],
  ['tiff', Buffer.from('MM\0*')],
  ['tiff', Buffer.from('II+\0')],
  ['tiff', Buffer.from('MM\0+')],
];

/** The first bytes of a file that tell its kind. A box of brands that is longer is not read to its end. */
export const KIND_BYTES = 64;

/** The real format of an image's file, whatever its name. */
export type ImageKind = 'jpeg' | 'png' | 'gif' | 'webp' | 'tiff' | 'avif';

/** The kind of an image, by the first bytes of its file; undefined if images of its kind are not decoded. */
export function imageKind(bytes: Buffer): ImageKind | undefined {
  const starts = ([, start, at = 0]: (typeof STARTS)[number]): boolean =>
    bytes.subarray(at, at + start.length).equals(start);
  return STARTS.find(starts)?.[0] ?? (isAvif(bytes) ? 'avif' : undefined);
}

/** An ISO base media file that lists the brand `avif` (or `avis`, a sequence). HEIC lists others. */
function isAvif(bytes: Buffer): boolean {
  if (bytes.length < 16 || bytes.toString('latin1', 4, 8) !== 'ftyp') return false;
  const end = Math.min(bytes.readUInt32BE(0), bytes.length, KIND_BYTES);
  for (let at = 8; at + 4 <= end; at += 4) {
    if (/^avi[fs]$/.test(bytes.toString('latin1', at, at + 4))) return true;
  }
  return false;
}

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
  const kind = imageKind(plain);
  if (kind) return { kind, bytes: plain };
  throw new Error(plain.length === 0 ? 'it is empty' : 'it is not a JPEG, PNG, GIF, WebP, TIFF or AVIF');
}

function unpacked(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST_UNPACKED });
  } catch (error) {
    throw new Error('its gzip compression is damaged or unpacks to too much', { cause: error });
  }
}
