import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTorch } from '@alexnet/tfjs-backend-torch';
import { Contestant } from './contestant.js';
import { preparedImages } from './data/source-images.js';
import type { Figure } from './figure.js';
import type { DeviceProgram } from './peers.js';
import { type Entry, race } from './race.js';
import { derived, ratio } from './race-figures.js';
import type { Run, Section } from './section.js';

/** What is trained: the preset `paper` at width 1, whose images are on the device already. */
export interface GpuTraining {
  /** A device by PyTorch's name, or why there is none. */
  device: { name: string } | { reason: string };
  precisions: readonly string[];
  batches: readonly number[];
  /** Steps of a sample with the reader, so that the batches that it has ready when a sample begins count little. */
  readSteps: number;
}

interface OneRun {
  precision: string;
  batch: number;
}

const namesOf = ({ precision, batch }: OneRun) => {
  const tail = `b${batch}.${precision}`;
  return {
    tfjs: `gpu.train.imagesPerSecond.${tail}`,
    eager: `gpu.train.eager.imagesPerSecond.${tail}`,
    fastest: `gpu.train.pytorch.imagesPerSecond.${tail}`,
    ofEager: `gpu.train.ofEager.${tail}`,
    ofPytorch: `gpu.train.ofPytorch.${tail}`,
    read: `gpu.train.fromReader.imagesPerSecond.${tail}`,
    readerShare: `gpu.train.readerShare.${tail}`,
  };
};

const readsOf = (run: OneRun): string[] => {
  const { read, readerShare } = namesOf(run);
  return [read, readerShare];
};

/**
 * Training on a device: tfjs on the torch backend beside PyTorch, eager and at its fastest, in the same rounds; and tfjs
 * with batches of the reader, whose share is what they add to a step.
 */
export function gpuSection({ device, precisions, batches, readSteps }: GpuTraining): Section {
  const runs = precisions.flatMap((precision) => batches.map((batch) => ({ precision, batch })));
  return {
    title: 'training on a GPU',
    names: () => runs.flatMap((one) => Object.values(namesOf(one))),
    async measure(run) {
      const figures: Figure[] = [];
      const work = await mkdtemp(join(tmpdir(), 'alexnet-bench-'));
      try {
        const isRead = 'name' in device && runs.some((one) => readsOf(one).some(run.wants));
        const images = readSteps * Math.max(...batches);
        const folder = isRead ? await preparedImages(work, images, run.note) : undefined;
        for (const one of runs) {
          if (!Object.values(namesOf(one)).some(run.wants)) continue;
          const programs: Programs =
            'reason' in device
              ? { tfjs: device.reason, eager: device.reason, fastest: device.reason }
              : await run.peers.onDevice(device.name, one.precision);
          figures.push(...(await raced(programs, run, { ...one, folder, readSteps })));
        }
      } finally {
        await rm(work, { recursive: true, force: true });
      }
      return figures;
    },
  };
}

type Programs = Record<DeviceProgram, Contestant | string>;

/** The figures of one precision and batch size; the programs are stopped. */
async function raced(
  programs: Programs,
  { threads, rounds }: Run,
  { precision, batch, folder, readSteps }: OneRun & { folder: string | undefined; readSteps: number },
): Promise<Figure[]> {
  const names = namesOf({ precision, batch });
  const entries: Record<string, Entry> = {};
  for (const [name, program] of Object.entries(programs)) {
    if (typeof program === 'string') continue;
    entries[name] = { contestant: program, request: { task: 'train', batch, threads } };
  }
  if (folder !== undefined && typeof programs.tfjs !== 'string') {
    const request = { task: 'trainFromReader', batch, steps: readSteps, folder, threads };
    entries.read = { contestant: programs.tfjs, request };
  }
  try {
    const result = await race(entries, rounds, 5);
    const of = (name: DeviceProgram) => {
      const program = programs[name];
      return typeof program === 'string' ? program : result[name];
    };
    const read = typeof programs.tfjs === 'string' ? programs.tfjs : (result.read ?? 'not asked for');
    return [
      derived(names.tfjs, 'images/s', of('tfjs'), (s) => batch / s),
      derived(names.eager, 'images/s', of('eager'), (s) => batch / s),
      derived(names.fastest, 'images/s', of('fastest'), (s) => batch / s),
      ratio(names.ofEager, of('tfjs'), of('eager'), (s, t) => t / s),
      ratio(names.ofPytorch, of('tfjs'), of('fastest'), (s, t) => t / s),
      derived(names.read, 'images/s', read, (s) => (readSteps * batch) / s),
      ratio(names.readerShare, read, of('tfjs'), (s, t) => 1 - (readSteps * t) / s),
    ];
  } finally {
    for (const program of Object.values(programs)) {
      if (program instanceof Contestant) await program.stop();
    }
  }
}

/** The section on this machine's GPU. */
export const gpu: Section = gpuSection({
  device: gpuOfMachine(),
  precisions: ['tf32', 'bfloat16'],
  batches: [128, 1024],
  readSteps: 8,
});

function gpuOfMachine(): GpuTraining['device'] {
  const { path, gpu: name } = findTorch();
  if (name !== undefined) return { name };
  const found = path === undefined ? 'no PyTorch was found' : `PyTorch is at ${path}`;
  return { reason: `no GPU here that PyTorch can use (${found})` };
}
