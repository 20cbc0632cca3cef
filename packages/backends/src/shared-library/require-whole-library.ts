/** Offsets in the header of a 64-bit ELF file and, below, in an entry of its segment table. */
const elf = { tableAt: 0x20, entrySize: 0x36, entries: 0x38, headerBytes: 0x40 } as const;
const segment = { type: 0, fileOffset: 0x08, fileBytes: 0x20, load: 1 } as const;

/**
 * Refuses a shared library that ends before its last segment, as after an interrupted download or copy. The
 * system's loader would map it, and the process would die of SIGBUS. Files of other kinds are left to the
 * loader.
 *
 * @param library its name, for the error.
 * @throws Error with one line.
 */
export async function requireWholeLibrary(path: string, library = 'oneDNN'): Promise<void> {
  const { open } = await import('node:fs/promises');
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const header = await bytes(0, elf.headerBytes);
    if (!isElf64(header)) return;
    const entrySize = header.readUInt16LE(elf.entrySize);
    const table = await bytes(
      Number(header.readBigUInt64LE(elf.tableAt)),
      entrySize * header.readUInt16LE(elf.entries),
    );
    const needed = entrySize > 0 ? endOfSegments(table, entrySize) : 0;
    if (size < needed)
      throw new Error(`${library} at ${path} is cut off: ${size} of at least ${needed} bytes`);
  } finally {
    await file.close();
  }

  async function bytes(position: number, length: number): Promise<Buffer> {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
  }
}

function isElf64(header: Buffer): boolean {
  return (
    header.length === elf.headerBytes && header.toString('latin1', 0, 4) === '\x7fELF' && header[4] === 2
  );
}

function endOfSegments(table: Buffer, entrySize: number): number {
  let end = 0;
  for (let at = 0; at + entrySize <= table.length; at += entrySize) {
    if (table.readUInt32LE(at + segment.type) !== segment.load) continue;
    const begin = Number(table.readBigUInt64LE(at + segment.fileOffset));
    end = Math.max(end, begin + Number(table.readBigUInt64LE(at + segment.fileBytes)));
  }
  return end;
}
