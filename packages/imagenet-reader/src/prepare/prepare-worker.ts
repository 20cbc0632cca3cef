// A process that `prepare` starts on machines with many cores. It writes whole shards; shard-pool.ts has its
// messages.

import { codeOf, messageOf } from '@alexnet/validate';
import sharp from 'sharp';
import { ImageReader } from '../source/image-reader.js';
import { prepareShard } from './prepare-shard.js';
import { PrioritySemaphore } from './priority-semaphore.js';
import type { WorkerAnswer, WorkerRequest } from './shard-pool.js';

const PROGRESS_MS = 100;

const reader = new ImageReader();
let semaphore: PrioritySemaphore | undefined;
sharp.concurrency(1); // one thread per image: images run in parallel, not the work on one image

async function work({ id, task, settings }: WorkerRequest): Promise<void> {
  semaphore ??= new PrioritySemaphore(settings.concurrency);
  let images = 0;
  let reported = performance.now();
  const onImage = (): void => {
    images++;
    if (performance.now() - reported < PROGRESS_MS) return;
    reported = performance.now();
    answer({ id, images });
    images = 0;
  };
  const context = { reader, semaphore, rank: id, onImage };
  try {
    const result = await prepareShard(task, settings, context);
    answer({ id, images, result });
  } catch (error) {
    const code = codeOf(error);
    answer({ id, error: { message: messageOf(error), ...(code && { code }) } });
  }
}

function answer(message: WorkerAnswer): void {
  if (process.connected) process.send?.(message);
}

// Ctrl-C reaches every process of the terminal, but the parent decides. Without the parent there is nothing
// to do.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.on('disconnect', () => process.exit());
process.on('message', (request) => void work(request as WorkerRequest));
