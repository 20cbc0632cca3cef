import type { ImageFormat } from '@alexnet/imagenet-reader';
import type { Contestant } from './contestant.js';
import { type DataSet, dataSet, REPEATS } from './data/data-set.js';
import { preparedInName } from './data/prepared-in-name.js';
import { type Figure, figure } from './figure.js';
import { type Entry, race } from './race.js';
import { derived, ratio } from './race-figures.js';
import type { Run, Section } from './section.js';

const BATCH = 128;
/** Images in ILSVRC's training split. */
const ILSVRC = 1_281_167;

/** State shared by the parts of the section; the contestants are stopped at its end. */
interface Field {
  run: Run;
  set: DataSet;
  reader: Contestant;
  sharp: Contestant;
}

interface Part {
  names: string[];
  measure(field: Field): Promise<Figure[]>;
}

const preparing: Part = {
  names: ['data.prepare.imagesPerSecond', 'data.prepare.ofSharp'],
  async measure({ run: { threads, rounds }, set, reader, sharp }) {
    const { folder, images } = set.source;
    const result = await race(
      {
        ours: { contestant: reader, request: { task: 'prepare', folder, out: set.path('timed'), threads } },
        sharp: {
          contestant: sharp,
          request: { task: 'prepare', folder: `${folder}/train/photographs`, threads },
        },
      },
      rounds,
      1,
    );
    return [
      derived('data.prepare.imagesPerSecond', 'images/s', result.ours, (s) => images / s),
      ratio('data.prepare.ofSharp', result.ours, result.sharp, (s, bare) => bare / s),
    ];
  },
};

/** Training batches from shards of one format, compared with PyTorch's DataLoader and, for JPEGs, with bare sharp. */
function batches(format: ImageFormat): Part {
  const name = (what: string): string => `data.batches.${format}.${what}`;
  const theirs = `data.dataLoader.${format}.imagesPerSecond`;
  const only =
    format === 'jpg' ? [name('ofSharp')] : [name('imagesPerSecond.w1'), name('imagesPerSecondPerCore')];
  const names = [name('imagesPerSecond'), ...only, theirs, name('ofPytorch')];
  return {
    names,
    async measure({ run, set, reader, sharp }) {
      const { threads, rounds } = run;
      const folder = await set.prepared(format);
      const [repeats, batch] = [REPEATS[format], BATCH];
      const images = Math.floor((repeats * set.source.images) / BATCH) * BATCH;
      const wantsPeer = run.wants(theirs) || run.wants(name('ofPytorch'));
      const peer = wantsPeer ? await run.peers.dataLoader() : 'not asked for';
      const request = { task: 'batches', format, folder, repeats, batch, threads, workers: threads };
      const entries: Record<string, Entry> = { ours: { contestant: reader, request } };
      if (format === 'jpg') {
        entries.sharp = { contestant: sharp, request: { ...request, task: 'decode', images } };
      } else {
        entries.one = { contestant: reader, request: { ...request, workers: 1 } };
        entries.cpu = { contestant: reader, request: { ...request, workers: 1, clock: 'cpu' } };
      }
      if (typeof peer !== 'string') {
        entries.pytorch = {
          contestant: peer,
          request: { ...request, scratch: set.path(`loader-${format}`) },
        };
      }
      const result = await race(entries, rounds);
      if (typeof peer !== 'string') await peer.stop();
      const pytorch = typeof peer === 'string' ? peer : result.pytorch;
      const rate = (s: number): number => images / s;
      return [
        derived(name('imagesPerSecond'), 'images/s', result.ours, rate),
        ...(format === 'jpg'
          ? [ratio(name('ofSharp'), result.ours, result.sharp, (s, bare) => bare / s)]
          : [
              derived(name('imagesPerSecond.w1'), 'images/s', result.one, rate),
              derived(name('imagesPerSecondPerCore'), 'images/s', result.cpu, rate),
            ]),
        derived(theirs, 'images/s', pytorch, rate),
        ratio(name('ofPytorch'), result.ours, pytorch, (s, t) => t / s),
      ];
    },
  };
}

/** The memory of an index of ILSVRC's size, in a process that has opened nothing before. */
const index: Part = {
  names: ['data.index.bytes'],
  async measure({ run: { peers, threads }, set }) {
    const folder = await preparedInName(await set.prepared('jpg'), set.path('index'), ILSVRC);
    const alone = await peers.images('reader');
    try {
      const { bytes } = await alone.ask({ task: 'index', folder, threads });
      return [figure('data.index.bytes', 'bytes', [Number(bytes)])];
    } finally {
      await alone.stop();
    }
  },
};

const parts: readonly Part[] = [preparing, batches('rgb'), batches('jpg'), index];

/** From photographs to batches, compared with bare sharp and PyTorch's DataLoader. */
export const data: Section = {
  title: 'the data path',
  names: () => parts.flatMap(({ names }) => names),
  async measure(run) {
    const set = await dataSet();
    run.note(`  ${set.source.origin}`);
    const [reader, sharp] = [await run.peers.images('reader'), await run.peers.images('bare-sharp')];
    const figures: Figure[] = [];
    try {
      for (const part of parts.filter(({ names }) => names.some(run.wants))) {
        figures.push(...(await part.measure({ run, set, reader, sharp })));
      }
      return figures;
    } finally {
      await Promise.all([reader.stop(), sharp.stop()]);
      await set.remove();
    }
  },
};
