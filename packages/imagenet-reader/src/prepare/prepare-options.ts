import { cpuCount } from '@alexnet/machine';
import { requireOneOf, requireWhole } from '@alexnet/validate';
import type { ImageFormat } from '../prepared/image-format.js';

/** The progress of `prepare`, in images of all splits. */
export interface PrepareProgress {
  readonly done: number;
  readonly total: number;
  /** How many of these an earlier run had done. */
  readonly resumed: number;
}

/** Options of `prepare`. */
export interface PrepareOptions {
  /** Side of the stored squares in pixels; 256, sec. 2. */
  readonly size?: number;
  /** `jpg` (default), some 20 to 40 kB an image at size 256, or `rgb`, 192 kB and no decoding. */
  readonly format?: ImageFormat;
  /** Images per shard; 1024. */
  readonly shardImages?: number;
  /**
   * What to do with an image that cannot be read or decoded: `stop` (default), or `skip` it and name it in
   * the report.
   */
  readonly onError?: 'stop' | 'skip';
  /**
   * Processes to start, or 0 to work in this process. The default is 0 on up to four cores and otherwise one
   * for every four cores, since a process decodes on four threads (`UV_THREADPOOL_SIZE`). The output does not
   * depend on it.
   */
  readonly workers?: number;
  /** Images processed at a time in one process; twice its threads, 8. */
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
  /**
   * Called with a line before the call waits for a sign of life of another process that holds `outDir` and
   * cannot be seen from here, as in another container: up to 30 s.
   */
  readonly onWait?: (line: string) => void;
  /**
   * Called at the start and as images are done: after each image, or some ten times a second for each worker.
   */
  readonly onProgress?: (progress: PrepareProgress) => void;
}

/** @throws RangeError that names the option, the rule and the value. */
export function checkPrepareOptions(options: PrepareOptions): void {
  for (const name of ['size', 'shardImages', 'concurrency', 'workers'] as const) {
    const value = options[name];
    if (value !== undefined) requireWhole(name, value, name === 'workers' ? 0 : 1, 'prepare');
  }
  const { format = 'jpg', onError = 'stop' } = options;
  requireOneOf('format', format, ['jpg', 'rgb'], 'prepare');
  requireOneOf('onError', onError, ['stop', 'skip'], 'prepare');
}

/** How the work is spread: worker processes (0 for none), and the threads of each process that decodes. */
export function spread({ workers, concurrency }: PrepareOptions): {
  readonly workers: number;
  readonly threads: number;
  readonly concurrency: number;
} {
  const cores = cpuCount();
  const processes = workers ?? (cores > 4 ? Math.ceil(cores / 4) : 0);
  const threads = processes === 0 ? 4 : Math.max(4, Math.ceil(cores / processes));
  return { workers: processes, threads, concurrency: concurrency ?? 2 * threads };
}
