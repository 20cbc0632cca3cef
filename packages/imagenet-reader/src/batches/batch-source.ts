import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { builtProgram } from '../prepared/built-program.js';
import { BatchMaker } from './batch-maker.js';
import type { BatchJob, BatchPlan } from './batch-plan.js';
import type { AnyBatch } from './raw-batch.js';

/** Makes the batches of one plan, in any order, until it is closed. */
export interface BatchSource {
  /** Makes batch number `batch`. Rejects with the signal's reason as soon as it is aborted. */
  make(batch: number, job: BatchJob, signal: AbortSignal): Promise<AnyBatch>;
  /** Takes back the memory of batch number `batch` for a later batch. */
  recycle(batch: number, made: AnyBatch): void;
  /** Ends every thread and closes every file. Batches in progress reject with `reason`. */
  close(reason?: Error): Promise<void>;
}

/** A message to a worker. */
export type ToWorker =
  | { readonly type: 'make'; readonly batch: number; readonly job: BatchJob }
  | { readonly type: 'recycle'; readonly made: AnyBatch }
  | { readonly type: 'stop' };

/** A worker's answer to each `make`. */
export type FromWorker =
  | { readonly batch: number; readonly made: AnyBatch }
  | { readonly batch: number; readonly error: unknown };

/** @param workers Number of threads; with 0 the current thread makes the batches. */
export function startBatches(plan: BatchPlan, workers: number): BatchSource {
  return workers === 0 ? new BatchesHere(plan) : new BatchWorkers(plan, workers);
}

class BatchesHere implements BatchSource {
  readonly #maker: BatchMaker;
  #closed: Error | undefined;

  constructor(plan: BatchPlan) {
    this.#maker = new BatchMaker(plan);
  }

  async make(_: number, job: BatchJob, signal: AbortSignal): Promise<AnyBatch> {
    await setImmediate(); // lets the caller's timers and signals run between two batches
    signal.throwIfAborted();
    if (this.#closed) throw this.#closed;
    return this.#maker.make(job);
  }

  recycle(_: number, made: AnyBatch): void {
    this.#maker.recycle(made);
  }

  async close(reason: Error = new Error('the batches were closed')): Promise<void> {
    this.#closed ??= reason;
    this.#maker.close();
  }
}

interface Waiting {
  readonly resolve: (batch: AnyBatch) => void;
  readonly reject: (error: unknown) => void;
}

/** Batch b is made by worker b % n. */
class BatchWorkers implements BatchSource {
  readonly #workers: BatchWorker[];

  constructor(plan: BatchPlan, count: number) {
    this.#workers = Array.from({ length: count }, () => new BatchWorker(plan));
  }

  make(batch: number, job: BatchJob, signal: AbortSignal): Promise<AnyBatch> {
    return this.#worker(batch).make(batch, job, signal);
  }

  recycle(batch: number, made: AnyBatch): void {
    this.#worker(batch).recycle(made);
  }

  async close(reason?: Error): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close(reason)));
  }

  #worker(batch: number): BatchWorker {
    return this.#workers[batch % this.#workers.length] as BatchWorker;
  }
}

/** One thread. It keeps the process alive only while it is making a batch. */
class BatchWorker {
  readonly #worker: Worker;
  readonly #ended: Promise<void>;
  readonly #waiting: Map<number, Waiting> = new Map();
  #failure: Error | undefined;

  constructor(plan: BatchPlan) {
    const worker = new Worker(builtProgram('batch-worker.js'), { workerData: plan, execArgv: [] });
    this.#worker = worker;
    worker.unref();
    worker.on('message', (answer: FromWorker) => this.#answered(answer));
    worker.on('error', (error) =>
      this.#fail(new Error(`a batch worker failed: ${error.message}`, { cause: error })),
    );
    this.#ended = new Promise((resolve) => {
      worker.once('exit', (code) => {
        this.#fail(new Error(`a batch worker ended with code ${code}`));
        resolve();
      });
    });
  }

  make(batch: number, job: BatchJob, signal: AbortSignal): Promise<AnyBatch> {
    if (this.#failure) return Promise.reject(this.#failure);
    if (signal.aborted) return Promise.reject(signal.reason);
    const made = new Promise<AnyBatch>((resolve, reject) => {
      this.#waiting.set(batch, { resolve, reject });
    });
    const aborted = (): void => this.#settle(batch)?.reject(signal.reason);
    signal.addEventListener('abort', aborted, { once: true });
    this.#worker.ref();
    this.#send({ type: 'make', batch, job });
    return made.finally(() => signal.removeEventListener('abort', aborted));
  }

  recycle(made: AnyBatch): void {
    if (!this.#failure) this.#send({ type: 'recycle', made });
  }

  async close(reason: Error = new Error('the batches were closed')): Promise<void> {
    this.#fail(reason);
    this.#worker.ref();
    this.#send({ type: 'stop' });
    await this.#ended;
  }

  #answered(answer: FromWorker): void {
    const waiting = this.#settle(answer.batch);
    if ('error' in answer) waiting?.reject(answer.error);
    else waiting?.resolve(answer.made);
  }

  #settle(batch: number): Waiting | undefined {
    const waiting = this.#waiting.get(batch);
    this.#waiting.delete(batch);
    if (this.#waiting.size === 0 && !this.#failure) this.#worker.unref(); // a late answer must not end a wait for its end
    return waiting;
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const batch of [...this.#waiting.keys()]) this.#settle(batch)?.reject(this.#failure);
  }

  #send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }
}
