import { type FileHandle, open } from 'node:fs/promises';
import { codeOf } from '@alexnet/validate';
import { printable } from './printable.js';

/** Bytes that can be read at any position: a file, or a buffer. */
export interface ByteSource {
  /** The name that errors give it. */
  readonly path: string;
  /** Length in bytes. */
  readonly size: number;
  /** Reads `length` bytes from `position`; fewer only where the source ends. */
  read(position: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/**
 * Opens a file for reading at any position. @throws Error that names the file if it cannot be opened or is
 * not a regular file.
 */
export async function openByteSource(path: string): Promise<ByteSource> {
  const { handle, size } = await openFile(path);
  return {
    path,
    size,
    read: (position, length) => readAt(handle, path, position, Math.min(length, size - position)),
    close: () => handle.close(),
  };
}

/**
 * Reads at least `chunk` bytes at a time and keeps the last chunk, which suits many small reads close
 * together.
 */
export function chunkedByteSource(source: ByteSource, chunk: number): ByteSource {
  let start = 0;
  let kept: Buffer = Buffer.alloc(0);
  return {
    path: source.path,
    size: source.size,
    async read(position, length) {
      const from = position - start;
      if (from < 0 || from + length > kept.length) {
        kept = await source.read(position, Math.max(length, chunk));
        start = position;
        return kept.subarray(0, length);
      }
      return kept.subarray(from, from + length);
    },
    close: () => source.close(),
  };
}

/** A source of bytes that are already in memory. */
export function bufferByteSource(bytes: Buffer, path: string): ByteSource {
  return {
    path,
    size: bytes.length,
    read: async (position, length) => bytes.subarray(position, position + length),
    close: async () => undefined,
  };
}

/**
 * Reads the whole of a small file. @throws Error that names the file if it cannot be read or has more than
 * `most` bytes.
 */
export async function readSmallFile(path: string, most: number): Promise<Buffer> {
  const { handle, size } = await openFile(path);
  try {
    if (size > most) {
      throw new Error(`${printable(path)} has ${size} bytes, which is too large; fetch it again.`);
    }
    return await readAt(handle, path, 0, size);
  } finally {
    await handle.close();
  }
}

async function openFile(path: string): Promise<{ handle: FileHandle; size: number }> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw unreadable(path, error);
  });
  const stats = await handle.stat();
  if (stats.isFile()) return { handle, size: stats.size };
  await handle.close();
  throw new Error(`${printable(path)} is not a regular file.`);
}

async function readAt(handle: FileHandle, path: string, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(Math.max(0, length));
  let done = 0;
  while (done < bytes.length) {
    const { bytesRead } = await handle
      .read(bytes, done, bytes.length - done, position + done)
      .catch((error: unknown) => {
        throw unreadable(path, error);
      });
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

function unreadable(path: string, error: unknown): Error {
  return new Error(`${printable(path)} cannot be read ${whyUnreadable(path, error)}.`, { cause: error });
}

/** The reason and the remedy for a file or folder that the system does not open, as in `(EACCES); ...`. */
export function whyUnreadable(path: string, error: unknown): string {
  const code = codeOf(error) || 'unreadable';
  // The system's bytes that are not UTF-8 became U+FFFD, so the name leads nowhere.
  const isOtherEncoding = code === 'ENOENT' && path.includes('\ufffd');
  const remedy = isOtherEncoding
    ? 'its name is not UTF-8, so rename it'
    : 'check the disk and its permissions';
  return `(${code}); ${remedy}`;
}
