import type { AsyncBuffer, ColumnChunk } from 'hyparquet';
import type { ByteSource } from '../byte-source.js';

interface Piece {
  readonly start: number;
  readonly bytes: Buffer;
}

/** The Parquet reader may ask for chunks of columns and what is between them, but for little more. */
const GAP = 1 << 16;

/** A whole file as the Parquet reader takes it. */
export function parquetBytes(source: ByteSource): AsyncBuffer {
  return {
    byteLength: source.size,
    slice: async (start, end = source.size) => wholeBuffer(await exactly(source, start, end)),
  };
}

/**
 * Some chunks of columns, already read. The Parquet reader does not wait for all of its reads if one of them
 * fails, so none of them may fail later.
 *
 * @throws Error if a chunk is not inside the file.
 */
export async function chunkBytes(source: ByteSource, chunks: readonly ColumnChunk[]): Promise<AsyncBuffer> {
  const pieces = await Promise.all(
    chunks.map(async ({ meta_data }): Promise<Piece> => {
      const start = Number(meta_data?.dictionary_page_offset || meta_data?.data_page_offset);
      const bytes = await exactly(source, start, start + Number(meta_data?.total_compressed_size));
      return { start, bytes };
    }),
  );
  return { byteLength: source.size, slice: (start, end = source.size) => assembled(pieces, start, end) };
}

function assembled(pieces: readonly Piece[], start: number, end: number): ArrayBuffer {
  const one = pieces.find((piece) => piece.start === start && piece.bytes.length === end - start);
  if (one) return wholeBuffer(one.bytes);
  const most = pieces.reduce((sum, { bytes }) => sum + bytes.length + GAP, 0);
  if (!(end >= start && end - start <= most)) throw new Error(`bytes ${start} to ${end} are not of a column`);
  const together = new Uint8Array(end - start);
  for (const piece of pieces) {
    if (piece.start < start || piece.start + piece.bytes.length > end) continue;
    together.set(piece.bytes, piece.start - start);
  }
  return together.buffer;
}

async function exactly({ size, read }: ByteSource, start: number, end: number): Promise<Buffer> {
  if (!(start >= 0 && end >= start && end <= size)) throw new Error(`bytes ${start} to ${end} are not in it`);
  const bytes = await read(start, end - start);
  if (bytes.length < end - start) throw new Error(`it ends at byte ${start + bytes.length}`);
  return bytes;
}

/** Small buffers share their memory with others, so they are copied. */
function wholeBuffer({ buffer, byteOffset, byteLength }: Buffer): ArrayBuffer {
  const isWhole = byteOffset === 0 && byteLength === buffer.byteLength;
  return (isWhole ? buffer : buffer.slice(byteOffset, byteOffset + byteLength)) as ArrayBuffer;
}
