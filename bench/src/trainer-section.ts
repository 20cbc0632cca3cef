import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Contestant } from './contestant.js';
import type { BenchNet } from './contestants/bench-net.js';
import { preparedImages } from './data/source-images.js';
import { type Figure, figure } from './figure.js';
import { race } from './race.js';
import { compared, derived, ratio } from './race-figures.js';
import type { Run, Section } from './section.js';

/** The size of one sample of each part. */
export interface TrainerSizes {
  /** The loop, compared with bare steps. */
  loop: { net: BenchNet; batch: number; steps: number };
  evaluation: { net: BenchNet; images: number };
  /** Steps from the start of one checkpoint to the start of the next; the writing has to fit in. */
  checkpoint: { net: BenchNet; batch: number; steps: number };
  /** Memory is read before step `from` and after step `steps`. */
  memory: { net: BenchNet; batch: number; from: number; steps: number };
}

const quarter: BenchNet = { preset: 'original2012', width: 1 / 4, imageSize: 224, classes: 1000 };
const sizes: TrainerSizes = {
  loop: { net: quarter, batch: 128, steps: 8 },
  evaluation: { net: quarter, images: 600 },
  checkpoint: { net: { ...quarter, preset: 'paper', width: 1 }, batch: 32, steps: 20 },
  memory: {
    net: { ...quarter, imageSize: 64, classes: 10 }, // with a smaller net, most of the resident memory is V8's own heap
    batch: 32,
    from: 200,
    steps: 2000,
  },
};

interface Part {
  names: string[];
  /** `folder` is an empty folder for this part. */
  measure(run: Run, trainer: Contestant, folder: string): Promise<Figure[]>;
}

function loop(size: TrainerSizes['loop']): Part {
  return {
    names: ['trainer.loop.imagesPerSecond', 'trainer.loop.ofBareSteps'],
    async measure({ threads, rounds }, contestant) {
      const request = { ...size, threads };
      const result = await race(
        {
          train: { contestant, request: { ...request, task: 'trainSteps' } },
          bare: { contestant, request: { ...request, task: 'bareSteps' } },
        },
        rounds,
      );
      const images = size.batch * size.steps;
      return [
        derived('trainer.loop.imagesPerSecond', 'images/s', result.train, (s) => images / s),
        ratio('trainer.loop.ofBareSteps', result.train, result.bare, (s, bare) => s / bare),
      ];
    },
  };
}

function evaluation({ net, images }: TrainerSizes['evaluation']): Part {
  const names = ['trainer.evaluate.imagesPerSecond.v1', 'trainer.evaluate.imagesPerSecond.v10'];
  const [one = '', ten = ''] = names;
  const ofOne = 'trainer.evaluate.tenOfOneView';
  return {
    names: [...names, ofOne],
    async measure({ threads, rounds, note }, contestant, work) {
      const folder = await preparedImages(work, images, note);
      const entry = (views: number) => ({
        contestant,
        request: { task: 'evaluate', folder, net, views, threads },
      });
      const result = await race({ one: entry(1), ten: entry(10) }, rounds, 1);
      return [
        derived(one, 'images/s', result.one, (s) => images / s),
        derived(ten, 'images/s', result.ten, (s) => images / s),
        ratio(ofOne, result.ten, result.one, (s, t) => s / t),
      ];
    },
  };
}

/** The seconds that a checkpoint, taken and written while `steps` steps are trained, adds to their time. */
function checkpoint(size: TrainerSizes['checkpoint']): Part {
  const name = 'trainer.checkpoint.seconds';
  return {
    names: [name],
    async measure({ threads, rounds }, contestant, directory) {
      const request = { ...size, threads };
      const result = await race(
        {
          plain: { contestant, request: { ...request, task: 'trainSteps' } },
          saved: { contestant, request: { ...request, task: 'checkpointedSteps', directory } },
        },
        rounds,
      );
      return [compared(name, 's', result.saved, result.plain, (s, plain) => s - plain)];
    },
  };
}

/** The growth of one process's memory, measured once. */
function memory(size: TrainerSizes['memory']): Part {
  return {
    names: ['trainer.memory.tensors', 'trainer.memory.rss'],
    async measure({ threads }, contestant) {
      const { tensors, rss } = await contestant.ask({ task: 'memory', ...size, threads });
      return [
        figure('trainer.memory.tensors', 'tensors', [Number(tensors)]),
        figure('trainer.memory.rss', 'ratio', [Number(rss)]),
      ];
    },
  };
}

/** The section, with any size of samples. */
export function trainerSection(of: TrainerSizes): Section {
  const parts = [loop(of.loop), evaluation(of.evaluation), checkpoint(of.checkpoint), memory(of.memory)];
  return {
    title: 'the trainer',
    names: () => parts.flatMap(({ names }) => names),
    async measure(run) {
      const figures: Figure[] = [];
      for (const { names, measure } of parts) {
        if (!names.some(run.wants)) continue;
        const contestant = await run.peers.trainer(); // its own process, whose end frees the nets of a part
        const folder = await mkdtemp(join(tmpdir(), 'alexnet-bench-'));
        try {
          figures.push(...(await measure(run, contestant, folder)));
        } finally {
          await contestant.stop(); // before its folder is removed: it may still be writing
          await rm(folder, { recursive: true, force: true });
        }
      }
      return figures;
    },
  };
}

/** The cost of the loop, ten views and checkpoints, and the growth of memory. */
export const trainer: Section = trainerSection(sizes);
