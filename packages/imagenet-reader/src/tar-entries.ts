import type { ByteSource } from './byte-source.js';
import { readPaxRecords, readTarHeader } from './tar-header.js';

/** A file inside a tar: its bytes lie at `offset .. offset + size` of the source. */
export interface TarEntry {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

/** Which bytes of a source are the tar, and what errors call it. */
export interface TarRange {
  readonly start?: number;
  readonly end?: number;
  readonly location?: string;
  readonly signal?: AbortSignal | undefined;
}

const BLOCK = 512;
const LONGEST_NAME_RECORD = 1 << 20;
const LONGEST_PADDING = 1 << 20; // GNU tar pads to 10 KiB; a longer tail means holes or a second archive

/**
 * Lists the files of a tar by seeking from header to header; no file's bytes are read.
 *
 * ustar, GNU long names and sizes, and pax paths and sizes are understood. An entry is given out before its bytes are
 * known to be there: the check follows when the next one is asked for, so that a tar within a tar can name the very
 * picture where the download broke off.
 *
 * @throws Error, naming the archive and what to do, if it ends early, is damaged or is no tar.
 */
export async function* tarEntries(source: ByteSource, range: TarRange = {}): AsyncGenerator<TarEntry> {
  const { start = 0, location = source.path, signal } = range;
  const end = Math.min(range.end ?? source.size, source.size);
  let position = start;
  let longName: string | undefined;
  let pax: Map<string, string> | undefined;
  for (;;) {
    signal?.throwIfAborted();
    const block = await source.read(position, BLOCK);
    if (position + BLOCK > end || block.length < BLOCK) throw endsEarly(location, end, start);
    if (isZero(block)) return checkEnd(source, position + BLOCK, end, location);
    const header = readTarHeader(block);
    if (!header) throw wrongHeader(location, position, position === start);
    const offset = position + BLOCK;
    const extends_ = 'Lx'.includes(header.type);
    const size = extends_ ? header.size : (paxSize(pax) ?? header.size);
    const name = printable(extends_ ? header.name : (pax?.get('path') ?? longName ?? header.name));
    if (extends_ || header.type === 'K' || header.type === 'g') {
      if (offset + size > end) throw endsInside(location, name, end);
      const record = await readRecord(source, offset, size, location);
      if (header.type === 'L') longName = record.toString('utf8').replace(/\0.*$/s, '');
      if (header.type === 'x') {
        pax = readPaxRecords(record);
        if (!pax) throw wrongHeader(location, position, false);
      }
    } else {
      [longName, pax] = [undefined, undefined];
      if ('07'.includes(header.type) && !name.endsWith('/')) yield { name, offset, size };
      if (hasData(header.type) && offset + size > end) throw endsInside(location, name, end);
    }
    position = offset + (hasData(header.type) ? Math.ceil(size / BLOCK) * BLOCK : 0);
  }
}

/** Links, devices and folders have no bytes, whatever their size field says. */
function hasData(type: string): boolean {
  return !'123456'.includes(type);
}

function isZero(block: Buffer): boolean {
  return block.every((byte) => byte === 0);
}

function paxSize(pax: Map<string, string> | undefined): number | undefined {
  const size = Number(pax?.get('size') ?? Number.NaN);
  return Number.isSafeInteger(size) && size >= 0 ? size : undefined;
}

async function readRecord(
  source: ByteSource,
  offset: number,
  size: number,
  location: string,
): Promise<Buffer> {
  if (size > LONGEST_NAME_RECORD) throw wrongHeader(location, offset - BLOCK, false);
  return source.read(offset, size);
}

async function checkEnd(source: ByteSource, second: number, end: number, location: string): Promise<void> {
  const block = await source.read(second, BLOCK);
  if (second + BLOCK > end || block.length < BLOCK) throw withoutEnd(location, end);
  const tail = end - second - BLOCK;
  if (!isZero(block) || tail > LONGEST_PADDING) {
    throw new Error(
      `${location} is damaged: its end mark at byte ${second - BLOCK} is followed by ${tail + BLOCK} more bytes; fetch it again.`,
    );
  }
}

function endsEarly(location: string, end: number, start: number): Error {
  return end <= start
    ? new Error(`${location} is empty: the download is incomplete; fetch it again.`)
    : withoutEnd(location, end);
}

function withoutEnd(location: string, end: number): Error {
  return new Error(
    `${location} ends at byte ${end} without the end mark of a tar: the download is incomplete; fetch it again.`,
  );
}

function endsInside(location: string, name: string, end: number): Error {
  return new Error(
    `${location} ends inside ${name} at byte ${end}: the download is incomplete; fetch it again.`,
  );
}

function wrongHeader(location: string, position: number, isFirst: boolean): Error {
  return new Error(
    isFirst
      ? `${location} is no tar archive (no header at byte ${position}); fetch it again or give the right file that name.`
      : `${location} is damaged: no valid header at byte ${position}; fetch it again.`,
  );
}

/** Names come from the archive: control characters must not break an error into lines. */
function printable(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is replaced
  return name.replace(/[\u0000-\u001f\u007f]/g, '?');
}
