import * as zlib from 'node:zlib';
import { type ParquetReadOptions, snappyUncompress } from 'hyparquet';

type Codecs = NonNullable<ParquetReadOptions['compressors']>;
type Unpack = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Buffer;

/** A page of a column holds the images of a row group, or a part of them. */
const LARGEST_PAGE = 2 ** 31 - 1;
/** A copy of Snappy makes at most 64 bytes from 2. */
const MOST_OF_SNAPPY = 32;

/** Unpacks the pages of Parquet files; a page may not claim more bytes than its compression can hold. */
export const pageCodecs: Codecs = {
  SNAPPY(bytes, length) {
    if (length > MOST_OF_SNAPPY * bytes.length)
      throw new Error(`a page of ${bytes.length} bytes claims ${length}`);
    const page = new Uint8Array(length);
    snappyUncompress(bytes, page);
    return page;
  },
  GZIP: (bytes, length) => zlib.gunzipSync(bytes, limit(length)),
  BROTLI: (bytes, length) => zlib.brotliDecompressSync(bytes, limit(length)),
  ZSTD(bytes, length) {
    const { zstdDecompressSync } = zlib as { readonly zstdDecompressSync?: Unpack };
    if (!zstdDecompressSync) {
      throw new Error(
        `it is compressed by ZSTD, which Node ${process.versions.node} cannot unpack; use Node 22.15 or later`,
      );
    }
    return zstdDecompressSync(bytes, limit(length));
  },
};

function limit(length: number): { readonly maxOutputLength: number } {
  if (length > LARGEST_PAGE) throw new Error(`a page claims ${length} bytes`);
  return { maxOutputLength: Math.max(1, length) };
}
