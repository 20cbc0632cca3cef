import { rm } from 'node:fs/promises';
import { openIlsvrc, openPrepared, prepare } from '@alexnet/imagenet-reader';
import type { Request } from '../contestant.js';
import { serve } from './serve.js';

/** Our packages, from photographs to batches. */
await serve('@alexnet/imagenet-reader', {
  prepare: async ({ folder, out }) => {
    const source = await openIlsvrc(String(folder));
    return async () => {
      await rm(String(out), { recursive: true, force: true });
      const startedAt = performance.now();
      await prepare(source, String(out));
      return { seconds: (performance.now() - startedAt) / 1000 };
    };
  },
  batches,
  index:
    async ({ folder }) =>
    async () => {
      const before = process.memoryUsage().rss;
      const data = await openPrepared(String(folder));
      const bytes = process.resourceUsage().maxRSS * 1024 - before;
      await data.close();
      return { bytes };
    },
});

/** A training epoch with the augmentation of sec. 4.1 and the program of 2012; `clock` gives the seconds that count. */
async function batches({ folder, workers, batch, clock }: Request) {
  const data = await openPrepared(String(folder));
  let epoch = 0;
  return async () => {
    const startedAt = performance.now();
    const cpu = process.cpuUsage();
    const options = {
      split: 'train',
      batchSize: Number(batch),
      seed: 1,
      epoch: epoch++,
      workers: Number(workers),
      reuse: true,
      augment: { pca: { scale: 'sqrt' } },
    } as const;
    for await (const made of data.rawBatches(options)) void made;
    const { user, system } = process.cpuUsage(cpu);
    return { seconds: clock === 'cpu' ? (user + system) / 1e6 : (performance.now() - startedAt) / 1000 };
  };
}
