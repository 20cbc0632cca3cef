import * as zlib from 'node:zlib';
import { type ParquetReadOptions, snappyUncompress } from 'hyparquet';

type Codecs = NonNullable<ParquetReadOptions['compressors']>;
type Unpack = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Buffer;

/** A page of a column holds the images of a row group, or a part of them. */
const LARGEST_PAGE = 2 ** 31 - 1;
/** A copy of Snappy makes at most 64 bytes from 2. */
const MOST_OF_SNAPPY = 32;

const { zstdDecompressSync } = zlib as { readonly zstdDecompressSync?: Unpack }; // from Node 22.15 on

/** Unpacks the pages of Parquet files. A page may not claim more bytes than its compression can hold. */
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
  ...(zstdDecompressSync && { ZSTD: (bytes, length) => zstdDecompressSync(bytes, limit(length)) }),
};

/** Why pages of a codec cannot be unpacked, and what to do; undefined if they can. */
export function whyNotUnpacked(codec: string): string | undefined {
  if (codec === 'UNCOMPRESSED' || codec in pageCodecs) return undefined;
  const other = codec === 'ZSTD' ? 'use Node 22.15 or later, or ' : '';
  return `is compressed by ${codec}, which Node ${process.versions.node} cannot unpack; ${other}write it again in Python by pyarrow.parquet.write_table(table, path, compression='snappy').`;
}

function limit(length: number): { readonly maxOutputLength: number } {
  if (length > LARGEST_PAGE) throw new Error(`a page claims ${length} bytes`);
  return { maxOutputLength: Math.max(1, length) };
}
