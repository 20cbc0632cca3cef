import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { BatchMaker } from './batch-maker.js';
import type { BatchJob, BatchPlan } from './batch-plan.js';
import type { FromWorker, ToWorker } from './batch-source.js';

// The program of a thread of BatchSource. It makes one batch at a time and handles messages in between.
const port = parentPort;
if (!port) throw new Error('batch-worker.js must run as a worker thread');
const plan = workerData as BatchPlan;
const maker = new BatchMaker(plan);
let isStopped = false;
let last: Promise<void> = Promise.resolve();

port.on('message', (message: ToWorker) => {
  if (message.type === 'recycle') maker.recycle(message.made);
  else if (message.type === 'make') last = last.then(() => answer(message));
  else {
    isStopped = true;
    last = last.then(() => {
      maker.close();
      port.close();
    });
  }
});

async function answer({ batch, job }: { batch: number; job: BatchJob }): Promise<void> {
  await setImmediate();
  if (isStopped) return;
  try {
    const made = maker.make(job);
    send({ batch, made }, plan.isReused ? [] : [made.pixels.buffer as ArrayBuffer]);
  } catch (error) {
    send({ batch, error });
  }
}

function send(message: FromWorker, memory: ArrayBuffer[] = []): void {
  port?.postMessage(message, memory);
}
