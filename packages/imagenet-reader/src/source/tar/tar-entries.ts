import type { ByteSource } from '../byte-source.js';
import { printable } from '../printable.js';
import { readPaxRecords, readTarHeader } from './tar-header.js';

/** A file inside a tar. Its bytes are at `offset .. offset + size` of the source. */
export interface TarEntry {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
  /** False for a link or a device, which has no bytes of its own. */
  readonly isFile: boolean;
}

/** Which bytes of a source are the tar, and how errors name it. */
export interface TarRange {
  readonly start?: number;
  readonly end?: number;
  readonly location?: string;
  readonly signal?: AbortSignal | undefined;
}

const BLOCK = 512;
const LONGEST_NAME_RECORD = 1 << 20;
const LONGEST_NAME = 4096; // PATH_MAX
const MOST_RECORDS = 8; // names and pax records before one file; tar writes 2 to 4
const LONGEST_PADDING = 1 << 20; // GNU tar pads to 10 KiB; a longer tail means holes or a second archive

/**
 * Lists the files of a tar by seeking from header to header. The bytes of the files are not read, and nothing
 * is written.
 *
 * It understands ustar, GNU long names and sizes, and pax paths and sizes. An entry is yielded before its
 * bytes are known to exist; that is checked when the next entry is requested, so that the error for a tar
 * within a tar can name the image where the download broke off. Names are as in the archive (`../x`, `/x`),
 * except for control characters.
 *
 * @throws Error that names the archive and says what to do if it ends early, is damaged, is not a tar, or
 *   holds a sparse file, whose bytes are not stored as they are.
 */
export async function* tarEntries(source: ByteSource, range: TarRange = {}): AsyncGenerator<TarEntry> {
  const { start = 0, location = source.path, signal } = range;
  const end = Math.min(range.end ?? source.size, source.size);
  let position = start;
  let longName: string | undefined;
  let pax: Map<string, string> | undefined;
  let records = 0;
  for (;;) {
    signal?.throwIfAborted();
    const block = await source.read(position, BLOCK);
    if (position + BLOCK > end || block.length < BLOCK) throw endsEarly(location, end, start);
    if (isZero(block)) return checkEnd(source, position + BLOCK, end, location);
    const header = readTarHeader(block);
    if (!header) throw wrongHeader(location, position, position === start);
    const offset = position + BLOCK;
    const isRecord = 'Lx'.includes(header.type);
    const size = isRecord ? header.size : (paxSize(pax) ?? header.size);
    if (Number.isNaN(size)) throw wrongHeader(location, position, false);
    const name = printable(isRecord ? header.name : (pax?.get('path') ?? longName ?? header.name));
    if (name.length > LONGEST_NAME) throw wrongHeader(location, position, false);
    if (isRecord || header.type === 'K' || header.type === 'g') {
      if (offset + size > end) throw endsInside(location, name, end);
      if (++records > MOST_RECORDS) throw wrongHeader(location, position, false);
      const record = await readRecord(source, offset, size, location);
      if (header.type === 'L') longName = record.toString('utf8').replace(/\0.*$/s, '');
      if (header.type === 'x') {
        pax = readPaxRecords(record);
        if (!pax) throw wrongHeader(location, position, false);
      }
    } else {
      if (header.type === 'S' || isSparse(pax)) throw sparse(location, name);
      [longName, pax, records] = [undefined, undefined, 0];
      const isFile = '07'.includes(header.type);
      if ((isFile || '12346'.includes(header.type)) && !name.endsWith('/')) {
        yield { name, offset, size: isFile ? size : 0, isFile };
      }
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

/** The size in the pax records, if any; NaN if it is invalid. */
function paxSize(pax: Map<string, string> | undefined): number | undefined {
  const text = pax?.get('size');
  if (text === undefined) return undefined;
  const size = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(size) ? size : Number.NaN;
}

function isSparse(pax: Map<string, string> | undefined): boolean {
  return pax !== undefined && [...pax.keys()].some((key) => key.startsWith('GNU.sparse.'));
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
  if (second + BLOCK > end || block.length < BLOCK) throw missingEnd(location, end);
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
    : missingEnd(location, end);
}

function missingEnd(location: string, end: number): Error {
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
      ? `${location} is not a tar archive (no header at byte ${position}); fetch it again or give the right file that name.`
      : `${location} is damaged: no valid header at byte ${position}; fetch it again.`,
  );
}

function sparse(location: string, name: string): Error {
  return new Error(
    `${location} holds ${name} as a sparse file, which is not supported; pack it again without --sparse.`,
  );
}
