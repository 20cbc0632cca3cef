import { open } from 'node:fs/promises';

/** Bytes that can be read at any position: a file, or a buffer. */
export interface ByteSource {
  /** What errors call it. */
  readonly path: string;
  /** Length in bytes. */
  readonly size: number;
  /** Reads `length` bytes from `position`; fewer only where the source ends. */
  read(position: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** Opens a file for reading at any position. */
export async function openByteSource(path: string): Promise<ByteSource> {
  const handle = await open(path, 'r');
  const { size } = await handle.stat();
  return {
    path,
    size,
    async read(position, length) {
      const wanted = Math.max(0, Math.min(length, size - position));
      const bytes = Buffer.allocUnsafe(wanted);
      let done = 0;
      while (done < wanted) {
        const { bytesRead } = await handle.read(bytes, done, wanted - done, position + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return bytes.subarray(0, done);
    },
    close: () => handle.close(),
  };
}

/** The same over bytes already in memory. */
export function bufferByteSource(bytes: Buffer, path: string): ByteSource {
  return {
    path,
    size: bytes.length,
    read: async (position, length) => bytes.subarray(position, position + length),
    close: async () => undefined,
  };
}
