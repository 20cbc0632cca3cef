import { type Entry, race } from './race.js';
import { derived } from './race-figures.js';
import { type Section, threadsSuffix } from './section.js';

/** The work of the task `sgemm`: two matrices of 4096 x 4096. */
export const sgemmGflop: number = (2 * 4096 ** 3) / 1e9;
/** Two arrays of 64 Mi floats read, one written. */
const copiedGigabytes = (3 * 4 * 64 * 1024 * 1024) / 1e9;

/** What the machine itself reaches: the rate of oneDNN's SGEMM and of copying memory. */
export const machine: Section = {
  title: 'the machine',
  names: ({ threads }) => [
    'sgemm.gflops',
    `sgemm.gflops${threadsSuffix(1, threads)}`,
    'memory.gigabytesPerSecond',
  ],
  async measure({ engine, threads, rounds }) {
    const entries: Record<string, Entry> = {
      all: { contestant: engine, request: { task: 'sgemm', threads } },
      one: { contestant: engine, request: { task: 'sgemm', threads: 1 } },
      copy: { contestant: engine, request: { task: 'bandwidth', threads } },
    };
    const result = await race(entries, rounds);
    return [
      derived('sgemm.gflops', 'GFLOP/s', result.all, (s) => sgemmGflop / s),
      ...(threads > 1 ? [derived('sgemm.gflops.t1', 'GFLOP/s', result.one, (s) => sgemmGflop / s)] : []),
      derived('memory.gigabytesPerSecond', 'GB/s', result.copy, (s) => copiedGigabytes / s),
    ];
  },
};
