import { findTorch } from '@alexnet/tfjs-backend-torch';
import { Contestant } from './contestant.js';
import type { Figure } from './figure.js';
import type { DeviceProgram } from './peers.js';
import { type Entry, race } from './race.js';
import { derived, ratio } from './race-figures.js';
import type { Section } from './section.js';

/** What is trained: the preset `paper` at width 1, whose images are on the device already. */
export interface GpuTraining {
  /** A device by PyTorch's name, or why there is none. */
  device: { name: string } | { reason: string };
  precisions: readonly string[];
  batches: readonly number[];
}

const namesOf = (precision: string, batch: number) => {
  const tail = `b${batch}.${precision}`;
  return {
    tfjs: `gpu.train.imagesPerSecond.${tail}`,
    eager: `gpu.train.eager.imagesPerSecond.${tail}`,
    fastest: `gpu.train.pytorch.imagesPerSecond.${tail}`,
    ofEager: `gpu.train.ofEager.${tail}`,
    ofPytorch: `gpu.train.ofPytorch.${tail}`,
  };
};

/** Training on a device: tfjs on the torch backend beside PyTorch, eager and at its fastest, in the same rounds. */
export function gpuSection({ device, precisions, batches }: GpuTraining): Section {
  const runs = precisions.flatMap((precision) => batches.map((batch) => ({ precision, batch })));
  return {
    title: 'training on a GPU',
    names: () => runs.flatMap(({ precision, batch }) => Object.values(namesOf(precision, batch))),
    async measure({ peers, threads, rounds, wants }) {
      const figures: Figure[] = [];
      for (const { precision, batch } of runs) {
        const names = namesOf(precision, batch);
        if (!Object.values(names).some(wants)) continue;
        const programs: Record<DeviceProgram, Contestant | string> =
          'reason' in device
            ? { tfjs: device.reason, eager: device.reason, fastest: device.reason }
            : await peers.onDevice(device.name, precision);
        const entries: Record<string, Entry> = {};
        for (const [name, program] of Object.entries(programs)) {
          if (typeof program === 'string') continue;
          entries[name] = { contestant: program, request: { task: 'train', batch, threads } };
        }
        try {
          const result = await race(entries, rounds, 5);
          const of = (name: DeviceProgram) => {
            const program = programs[name];
            return typeof program === 'string' ? program : result[name];
          };
          for (const name of ['tfjs', 'eager', 'fastest'] as const) {
            figures.push(derived(names[name], 'images/s', of(name), (s) => batch / s));
          }
          figures.push(ratio(names.ofEager, of('tfjs'), of('eager'), (s, t) => t / s));
          figures.push(ratio(names.ofPytorch, of('tfjs'), of('fastest'), (s, t) => t / s));
        } finally {
          for (const program of Object.values(programs)) {
            if (program instanceof Contestant) await program.stop();
          }
        }
      }
      return figures;
    },
  };
}

/** The section on this machine's GPU. */
export const gpu: Section = gpuSection({
  device: gpuOfMachine(),
  precisions: ['tf32', 'bfloat16'],
  batches: [128, 1024],
});

function gpuOfMachine(): GpuTraining['device'] {
  const { path, gpu: name } = findTorch();
  if (name !== undefined) return { name };
  const found = path === undefined ? 'no PyTorch was found' : `PyTorch is at ${path}`;
  return { reason: `no GPU here that PyTorch can use (${found})` };
}
