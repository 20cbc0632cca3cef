import type { Contestant } from './contestant.js';
import type { BenchNet } from './contestants/bench-net.js';
import { type Figure, figure } from './figure.js';
import { race } from './race.js';
import { derived, ratio } from './race-figures.js';
import type { Run, Section } from './section.js';

/** The size of one sample. */
export interface DevicesSizes {
  net: BenchNet;
  batch: number;
  steps: number;
}

const sizes: DevicesSizes = {
  net: { preset: 'original2012', width: 1, imageSize: 224, classes: 1000 },
  batch: 128,
  steps: 1,
};

/** The part of an answer that is about the exchange. */
const costs = ['exchange', 'waiting', 'bytes'] as const;

function namesOf(on: 'threads' | 'processes') {
  const name = (what: string): string => `devices.${on}.${what}`;
  return {
    rate: name('imagesPerSecond'),
    ofOneProcess: name('ofOneProcess'),
    exchange: name('exchangeOfStep'),
    waiting: name('waitingOfStep'),
    bytes: name('bytesOfTheory'),
  };
}

/** The section, with any size of samples. */
export function devicesSection({ net, batch, steps }: DevicesSizes): Section {
  const measure = async (run: Run, on: 'threads' | 'processes', split: Contestant, whole: Contestant) => {
    const names = namesOf(on);
    const each = Math.floor(run.threads / 2);
    const answers: Record<(typeof costs)[number], number[]> = { exchange: [], waiting: [], bytes: [] };
    const request = { net, batch, steps, threads: 2 * each };
    const result = await race(
      {
        split: {
          contestant: split,
          request: { ...request, task: 'splitSteps', on, each },
          onAnswer: (answer) => {
            for (const cost of costs) answers[cost].push(Number(answer[cost]));
          },
        },
        whole: { contestant: whole, request: { ...request, task: 'trainSteps' } },
      },
      run.rounds,
    );
    return [
      derived(names.rate, 'images/s', result.split, (s) => (batch * steps) / s),
      ratio(names.ofOneProcess, result.split, result.whole, (s, one) => one / s),
      ...costs.map((cost): Figure => {
        if (Array.isArray(result.split)) return figure(names[cost], 'ratio', answers[cost]);
        return { name: names[cost], unit: 'ratio', reason: result.split ?? 'not run' };
      }),
    ];
  };
  return {
    title: 'two devices',
    names: ({ threads }) =>
      threads < 2 ? [] : [...Object.values(namesOf('threads')), ...Object.values(namesOf('processes'))],
    async measure(run) {
      const figures: Figure[] = [];
      const whole = await run.peers.trainer();
      try {
        for (const on of ['threads', 'processes'] as const) {
          if (!Object.values(namesOf(on)).some(run.wants)) continue;
          const split = await run.peers.devices(); // its own process, whose end frees its devices
          try {
            figures.push(...(await measure(run, on, split, whole)));
          } finally {
            await split.stop();
          }
        }
        return figures;
      } finally {
        await whole.stop();
      }
    },
  };
}

/** A net on two devices with half of the threads each, compared with one process that has all of them. */
export const devices: Section = devicesSection(sizes);
