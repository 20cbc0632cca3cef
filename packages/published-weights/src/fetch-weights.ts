import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { syncFolder, takeLock } from '@alexnet/durable-files';
import { requireKnownOptions } from '@alexnet/validate';
import { cacheFolder } from './cache-folder.js';
import type { DownloadProgress } from './download.js';
import { type PublishedFile, publishedFile } from './published-file.js';
import { sha256Of } from './sha256-of.js';

/** Options of {@link fetchWeights}. */
export interface FetchWeightsOptions {
  /** The folder that keeps the file. Default {@link cacheFolder}. */
  cache?: string;
  /** The URL of a folder that has the same files. Default `ALEXNET_WEIGHTS_URL`. */
  mirror?: string;
  /** Seconds without a byte after which the connection is made again; 30. */
  stallSeconds?: number;
  /** Called while bytes arrive, with how many of the file are there. */
  onProgress?: (progress: DownloadProgress) => void;
  /** Ends the download with the signal's reason. What has arrived is kept. */
  signal?: AbortSignal;
}

const caller = 'fetchWeights';

/**
 * The path of published weights: of the file in the cache or, the first time, of the file that is fetched into
 * it. A download that was cut off is resumed, by the same call or the next one. The bytes are checked against
 * the SHA-256 in the name of the file, every time. Proxies are used as `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`
 * say.
 *
 * @param nameOrUrl A name in `publishedWeights`, or the URL of a file whose name ends with the first digits of
 *   its SHA-256.
 * @throws RangeError if the name or an option is invalid; Error of one line that names the URL and the file to
 *   put into the cache if it cannot be fetched, or the file if its bytes are not the published ones.
 * @example
 * const file = await fetchWeights('torchvision');
 * const { model } = await importWeights(await readFile(file));
 */
export async function fetchWeights(nameOrUrl: string, options: FetchWeightsOptions = {}): Promise<string> {
  requireKnownOptions(options, ['cache', 'mirror', 'stallSeconds', 'onProgress', 'signal'], caller);
  const { cache = cacheFolder(), mirror = process.env.ALEXNET_WEIGHTS_URL } = options;
  const published = publishedFile(nameOrUrl, mirror);
  const target = path.join(cache, published.file);
  if (await isThere(target, published)) return target;
  await makeFolder(cache);
  const lock = await takeLock(`${target}.lock`, { work: 'fetching the same file' });
  try {
    if (await isThere(target, published)) return target; // fetched by another process since
    await fetchInto(target, published, options);
    return target;
  } finally {
    await lock.release();
  }
}

/** Whether the file is in the cache. @throws Error if another file has its name. */
async function isThere(target: string, { sha256 }: PublishedFile): Promise<boolean> {
  const found = await sha256Of(target);
  if (found === undefined || found.startsWith(sha256)) return found !== undefined;
  throw new Error(
    `${target} is not the published file: its SHA-256 begins with ${found.slice(0, sha256.length)}, not ${sha256}; remove it, and it is fetched again.`,
  );
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await fs.mkdir(folder, { recursive: true });
    await fs.access(folder, fs.constants.W_OK);
  } catch (error) {
    throw new Error(
      `${folder} cannot be written (${(error as NodeJS.ErrnoException).code}); set ALEXNET_CACHE to a folder that can.`,
      { cause: error },
    );
  }
}

async function fetchInto(
  target: string,
  published: PublishedFile,
  options: FetchWeightsOptions,
): Promise<void> {
  const { url, file, sha256 } = published;
  const partial = `${target}.partial`;
  const isResumed = ((await fs.stat(partial).catch(() => undefined))?.size ?? 0) > 0;
  for (const isLast of isResumed ? [false, true] : [true]) {
    let found = (await sha256Of(partial)) ?? '';
    if (!found.startsWith(sha256)) {
      const { download } = await import('./download.js'); // undici takes as long to load as TensorFlow.js
      await download(published, partial, options);
      found = (await sha256Of(partial)) ?? '';
    }
    if (found.startsWith(sha256)) {
      await fs.rename(partial, target);
      await syncFolder(path.dirname(target));
      return;
    }
    await fs.rm(partial, { force: true });
    if (!isLast) continue; // the first part may have been of another server's file
    throw new Error(
      `${url} does not have the published ${file}: the SHA-256 of its bytes begins with ${found.slice(0, sha256.length)}, not ${sha256}; set ALEXNET_WEIGHTS_URL to a mirror that has it.`,
    );
  }
}
