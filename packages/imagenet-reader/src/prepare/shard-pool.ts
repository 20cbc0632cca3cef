import { type ChildProcess, fork } from 'node:child_process';
import { builtProgram } from '../prepared/built-program.js';
import { ImageReader } from '../source/image-reader.js';
import { prepareShard, type ShardResult, type ShardSettings, type ShardTask } from './prepare-shard.js';
import { PrioritySemaphore } from './priority-semaphore.js';

/** Writes shards, in this process or in others. */
export interface ShardPool {
  /** Shards that may be in progress at a time. */
  readonly shards: number;
  /** Writes a shard. `onImages` is called with the number of images done since its last call. */
  run(task: ShardTask, onImages: (images: number) => void): Promise<ShardResult>;
  /** Stops all shards in progress and waits for their end. */
  close(): Promise<void>;
}

/** A message to a worker process. */
export interface WorkerRequest {
  readonly id: number;
  readonly task: ShardTask;
  readonly settings: ShardSettings;
}

/** A worker's answer: progress, a result, or the error. */
export interface WorkerAnswer {
  readonly id: number;
  readonly images?: number;
  readonly result?: ShardResult;
  readonly error?: { readonly message: string; readonly code?: string };
}

/** Shards in progress in one process: while one is flushed to the disk, the other keeps the cores busy. */
const SHARDS_A_PROCESS = 2;

/** Writes shards in this process, on libuv's threads. */
export function localPool(settings: ShardSettings): ShardPool {
  const reader = new ImageReader();
  const semaphore = new PrioritySemaphore(settings.concurrency);
  let rank = 0;
  const stop = new AbortController();
  const running = new Set<Promise<ShardResult>>();
  return {
    shards: SHARDS_A_PROCESS,
    run(task, onImages) {
      const context = { reader, semaphore, rank: rank++, signal: stop.signal, onImage: () => onImages(1) };
      const work = prepareShard(task, settings, context);
      running.add(work);
      work.then(
        () => running.delete(work),
        () => running.delete(work),
      );
      return work;
    },
    async close() {
      stop.abort(new Error('preparing was stopped'));
      await Promise.allSettled(running);
      await reader.close();
    },
  };
}

/**
 * Writes shards in `workers` processes with `threads` libuv threads each, since a process has only one such
 * pool.
 */
export function forkedPool(settings: ShardSettings, workers: number, threads: number): ShardPool {
  const children = Array.from({ length: workers }, () => startWorker(threads));
  let id = 0;
  return {
    shards: workers * SHARDS_A_PROCESS,
    run(task, onImages) {
      const idlest = children.reduce((a, b) => (b.pending.size < a.pending.size ? b : a));
      return idlest.run({ id: id++, task, settings }, onImages);
    },
    async close() {
      await Promise.all(children.map((child) => child.kill()));
    },
  };
}

interface Pending {
  resolve(result: ShardResult): void;
  reject(error: Error): void;
  onImages(images: number): void;
}

interface Worker {
  readonly pending: ReadonlyMap<number, Pending>;
  run(request: WorkerRequest, onImages: (images: number) => void): Promise<ShardResult>;
  kill(): Promise<void>;
}

function startWorker(threads: number): Worker {
  const entry = builtProgram('prepare-worker.js');
  const child = fork(entry, [], {
    serialization: 'advanced',
    execArgv: [],
    env: { ...process.env, UV_THREADPOOL_SIZE: String(threads) },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const pending = new Map<number, Pending>();
  const ended = endOf(child).then((how) => {
    for (const { reject } of pending.values()) {
      reject(
        new Error(
          `a worker process of prepare ended (${how}), perhaps for lack of memory; try fewer workers.`,
        ),
      );
    }
    pending.clear();
  });
  child.on('message', (message) => {
    const { id, images, result, error } = message as WorkerAnswer;
    if (images !== undefined) pending.get(id)?.onImages(images);
    if (result) pending.get(id)?.resolve(result);
    if (error) pending.get(id)?.reject(Object.assign(new Error(error.message), { code: error.code }));
    if (result || error) pending.delete(id);
  });
  return {
    pending,
    run: (request, onImages) =>
      new Promise((resolve, reject) => {
        pending.set(request.id, { resolve, reject, onImages });
        child.send(request, (error) => error && reject(error));
      }),
    async kill() {
      child.kill('SIGKILL'); // shards that it has not handed over are written again
      await ended;
    },
  };
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
}
