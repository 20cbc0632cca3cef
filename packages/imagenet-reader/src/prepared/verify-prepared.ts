import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type ByteSource, openByteSource } from '../source/byte-source.js';
import { type Split, splits } from '../source/ilsvrc-source.js';
import { readTarHeader } from '../source/tar/tar-header.js';
import { decodePixels } from './image-format.js';
import { imagesOf, type PreparedMeta, type ShardFile, type SplitMeta } from './prepared-meta.js';
import { readMeta } from './read-meta.js';
import { INDEX_ENTRY_BYTES, type IndexEntry, IndexReader } from './shard-index.js';
import { readSourceFile } from './source-file.js';

/** Options of {@link verifyPrepared}. */
export interface VerifyOptions {
  readonly signal?: AbortSignal;
  /** Called after every shard with the bytes read and the bytes of all shards. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/** The result of {@link verifyPrepared}. */
export interface VerifyReport {
  readonly path: string;
  readonly images: Readonly<Record<Split, number>>;
  /** Bytes of all shards. */
  readonly bytes: number;
  /** One line for each problem, which names the file and the image or byte; empty if the folder is intact. */
  readonly problems: readonly string[];
}

const BLOCK = 512;
/** The most lines about one file, so that a lost shard does not give a thousand. */
const PROBLEMS_A_FILE = 10;

/**
 * Reads everything in a prepared folder and compares it with the records of `prepare`: the SHA-256 of every
 * file, every index entry with its headers in the tar, every label with its `.cls`, and the counts.
 *
 * @throws Error of one line if the folder has no `meta.json` or one of another version; AbortError on
 *   `signal`.
 * @example
 * const { problems } = await verifyPrepared('/data/ilsvrc-256');
 * for (const problem of problems) console.error(problem);
 */
export async function verifyPrepared(path: string, options: VerifyOptions = {}): Promise<VerifyReport> {
  const { signal, onProgress } = options;
  const meta = await readMeta(path);
  const shards = splits.flatMap((split) => meta.splits[split]?.shards ?? []);
  const total = shards.reduce((sum, { bytes }) => sum + bytes, 0);
  const mean = await wholeFile(
    join(path, meta.meanImage),
    meta.size * meta.size * 12,
    meta.meanImageSha256,
    signal,
  );
  const state = await readSourceFile(path).then(
    () => [],
    (error: Error) => [error.message],
  );
  const problems = [...state, ...mean];
  let done = 0;
  for (const split of splits) {
    const there = meta.splits[split];
    if (!there) continue;
    const index = await verifyIndex(path, there, meta, signal);
    problems.push(...index.problems);
    let first = 0;
    for (const [number, shard] of there.shards.entries()) {
      const { images, bytes } = shard;
      const { reader } = index;
      problems.push(...(await verifyShard({ path, split, number, first, shard, reader, meta, signal })));
      first += images;
      done += bytes;
      onProgress?.({ done, total });
    }
  }
  return { path, images: imagesOf(meta), bytes: total, problems };
}

async function verifyIndex(
  path: string,
  { index, images, indexSha256, shards }: SplitMeta,
  { classes }: PreparedMeta,
  signal: AbortSignal | undefined,
): Promise<{ problems: string[]; reader?: IndexReader }> {
  const file = join(path, index);
  const problems = await wholeFile(file, images * INDEX_ENTRY_BYTES, indexSha256, signal);
  if (problems.length > 0) return { problems };
  const reader = IndexReader.ofBytes(await readFile(file));
  const counted = shards.reduce((sum, shard) => sum + shard.images, 0);
  if (counted !== images) problems.push(`${file} has ${images} images but its shards have ${counted}`);
  for (let i = 0; i < reader.count; i++) {
    const label = reader.at(i).label;
    if (label < classes.length) continue;
    problems.push(`${file}: image ${i} has label ${label}, which is not a class`);
    break;
  }
  return { problems, reader };
}

interface ShardToVerify {
  readonly path: string;
  readonly split: Split;
  readonly number: number;
  /** Number of its first image in the split. */
  readonly first: number;
  readonly shard: ShardFile;
  /** Undefined if the index itself is damaged. */
  readonly reader: IndexReader | undefined;
  readonly meta: PreparedMeta;
  readonly signal: AbortSignal | undefined;
}

async function verifyShard(given: ShardToVerify): Promise<string[]> {
  const { path, split, number, first, shard, reader, meta, signal } = given;
  const file = join(path, shard.file);
  const problems = await wholeFile(file, shard.bytes, shard.sha256, signal);
  const isDamaged = problems.length > 0;
  const source = await openByteSource(file).catch(() => undefined);
  try {
    let block = 0;
    for (let i = first; i < first + shard.images && source && reader && i < reader.count; i++) {
      signal?.throwIfAborted();
      if (problems.length > PROBLEMS_A_FILE) break;
      const entry = reader.at(i);
      const isInOrder = entry.shard === number && entry.block === block;
      const wrong = isInOrder
        ? await wrongEntry(source, entry, meta, isDamaged)
        : 'is not where the index says';
      if (wrong) problems.push(`${file}: image ${i} of ${split}, at byte ${entry.block * BLOCK}, ${wrong}`);
      block = entry.block + 3 + Math.ceil(entry.size / BLOCK); // header, bytes, two blocks for the label
    }
  } finally {
    await source?.close();
  }
  return problems;
}

/**
 * What is wrong with an image. If its shard has a wrong checksum, the image is also decoded, to find the
 * damaged one.
 */
async function wrongEntry(
  source: ByteSource,
  { block, size, label }: IndexEntry,
  { size: side, format }: PreparedMeta,
  isDamaged: boolean,
): Promise<string | undefined> {
  const at = block * BLOCK;
  const header = readTarHeader(await source.read(at, BLOCK));
  if (!header?.name.endsWith(`.${format}`) || header.size !== size) return 'has a wrong header';
  const end = at + BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  const [labelHeader, text] = [
    readTarHeader(await source.read(end, BLOCK)),
    await source.read(end + BLOCK, 16),
  ];
  const key = header.name.slice(0, -format.length);
  if (labelHeader?.name !== `${key}cls` || text.toString('latin1', 0, labelHeader.size) !== String(label)) {
    return `has a label other than ${label}`;
  }
  if (!isDamaged) return undefined;
  const pixels = await source
    .read(at + BLOCK, size)
    .then((bytes) => decodePixels(bytes, side, format))
    .catch(() => undefined);
  return pixels ? undefined : 'cannot be decoded';
}

/** What is wrong with a file as a whole. */
async function wholeFile(
  file: string,
  bytes: number,
  sha256: string,
  signal: AbortSignal | undefined,
): Promise<string[]> {
  const found = await stat(file).catch(() => undefined);
  if (!found) return [`${file} is missing`];
  if (found.size !== bytes) return [`${file} has ${found.size} bytes, not ${bytes}`];
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20, signal })) hash.update(chunk);
  } catch (error) {
    signal?.throwIfAborted();
    return [`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`];
  }
  return hash.digest('hex') === sha256 ? [] : [`${file} does not have the SHA-256 that prepare recorded`];
}
