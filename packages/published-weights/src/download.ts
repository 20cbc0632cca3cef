import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { EnvHttpProxyAgent, fetch, type Response } from 'undici';
import type { PublishedFile } from './published-file.js';

/** How far a download is, in bytes. */
export interface DownloadProgress {
  readonly done: number;
  /** Undefined if the server does not say. */
  readonly total: number | undefined;
}

interface DownloadOptions {
  readonly stallSeconds?: number;
  readonly onProgress?: (progress: DownloadProgress) => void;
  readonly signal?: AbortSignal;
}

/** Failures in a row, without a new byte, after which a download is given up. */
const TRIES = 4;
const FIRST_WAIT_MS = 250;
/** Answers of a server that may be another a moment later. */
const TRANSIENT: readonly number[] = [408, 425, 429, 500, 502, 503, 504];

/** An answer that no further try will change. */
class Refused extends Error {}

/** A failure of the disk, not of the network. */
class DiskError extends Error {}

/**
 * Fetches the rest of a file whose first bytes are in `partial`. A connection that breaks off or stalls is made
 * again where it ended.
 *
 * @throws Error of one line that says what to fetch by other means, and where to put it.
 */
export async function download(
  published: PublishedFile,
  partial: string,
  options: DownloadOptions,
): Promise<void> {
  const { stallSeconds = 30, signal } = options;
  const timeout = stallSeconds * 1000;
  const agent = new EnvHttpProxyAgent({
    bodyTimeout: timeout,
    headersTimeout: timeout,
    connect: { timeout },
  });
  const output = await fs.open(partial, 'a');
  try {
    for (let failures = 0; ; ) {
      const { size } = await output.stat();
      try {
        await fetchRest({ url: published.url, partial, output, size, agent }, options);
        return await output.sync();
      } catch (error) {
        signal?.throwIfAborted();
        failures = (await output.stat()).size > size ? 1 : failures + 1;
        if (error instanceof DiskError) throw error;
        if (error instanceof Refused || failures >= TRIES) throw notFetched(published, partial, error);
        await setTimeout(FIRST_WAIT_MS * 2 ** (failures - 1), undefined, signal && { signal });
      }
    }
  } finally {
    await output.close();
    await agent.destroy();
  }
}

interface Rest {
  readonly url: string;
  readonly partial: string;
  readonly output: fs.FileHandle;
  /** The number of bytes that are there. */
  readonly size: number;
  readonly agent: EnvHttpProxyAgent;
}

async function fetchRest(
  { url, partial, output, size, agent }: Rest,
  options: DownloadOptions,
): Promise<void> {
  const { onProgress, signal } = options;
  const range = size > 0 ? { range: `bytes=${size}-` } : {};
  const headers = { 'accept-encoding': 'identity', ...range };
  const response = await fetch(url, { headers, dispatcher: agent, ...(signal && { signal }) });
  try {
    const begin = beginOf(response, size);
    if (begin !== size) await output.truncate();
    if (begin === undefined) throw new Error('it does not have the rest of the file');
    const length = response.headers.get('content-length');
    const total = length === null ? undefined : begin + Number(length);
    await requireRoom(partial, (total ?? begin) - begin);
    let done = begin;
    onProgress?.({ done, total });
    for await (const chunk of response.body ?? []) {
      await output.writeFile(chunk).catch((error: Error) => {
        throw new DiskError(`${partial} cannot be written (${error.message}).`, { cause: error });
      });
      done += chunk.length;
      onProgress?.({ done, total });
    }
    if (total !== undefined && done < total)
      throw new Error(`the connection ended at byte ${done} of ${total}`);
  } finally {
    await response.body?.cancel().catch(() => undefined);
  }
}

/**
 * Where the bytes of an answer begin: at `size`, or at 0 if the server sends the whole file. Undefined if it
 * sends another part.
 */
function beginOf({ status, statusText, headers }: Response, size: number): number | undefined {
  if (status === 200) return 0;
  if (status === 206) return headers.get('content-range')?.startsWith(`bytes ${size}-`) ? size : undefined;
  if (status === 416) return undefined;
  const answer = `it answers ${status} ${statusText}`.trimEnd();
  throw TRANSIENT.includes(status) ? new Error(answer) : new Refused(answer);
}

async function requireRoom(file: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await fs.statfs(file);
  if (bytes <= bavail * bsize) return;
  throw new DiskError(
    `${file} needs ${megabytes(bytes)}, but only ${megabytes(bavail * bsize)} are free there; free some space, or set ALEXNET_CACHE to another disk.`,
  );
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`;

function notFetched({ url, file }: PublishedFile, partial: string, error: unknown): Error {
  const { cause, message } = error as Error;
  const reason = cause instanceof Error && cause.message !== '' ? cause.message : message;
  return new Error(
    `${url} cannot be fetched (${reason}); try again later, or fetch ${file} by other means and put it into ${path.dirname(partial)}.`,
    { cause: error },
  );
}
