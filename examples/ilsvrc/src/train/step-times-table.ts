import type { StepTimes, TowerTimes } from '@alexnet/devices';
import { percent } from '../cli/format.js';
import { textTable } from '../cli/text-table.js';

const header = ['ms a step', 'forward', 'backward', 'sending', 'receiving', 'waiting', 'MB sent'];

/**
 * The times that two devices spent on the parts of a step, as a table for each.
 *
 * @param devices The names of the devices, tower A's first.
 * @param theory The bytes that each tower has to send per step: `partition(...).bytesPerStep(batchSize)`.
 */
export function stepTimesTable(
  { steps, milliseconds, towers }: StepTimes,
  devices: readonly string[],
  theory: readonly TowerTimes['bytes'][],
): string {
  const tables = towers.map((tower, index) => {
    const shares = `exchange ${percent(tower.copyingShare)} of the step, waiting ${percent(tower.waitingShare)}`;
    const { forward = 0, backward = 0 } = theory[index] ?? {};
    return [
      `tower ${'AB'[index]}, ${devices[index]}: ${shares}`,
      ...textTable([header, ...rowsOf(tower)], (column) => (column === 0 ? 'left' : 'right')),
      `batch ${time(tower.batch)} ms, update ${time(tower.update)} ms; the cut sends ${megabytes(forward + backward)} MB`,
    ].join('\n');
  });
  return [`${milliseconds.toFixed(0)} ms a step, mean of ${steps}`, ...tables].join('\n\n');
}

/** The rows of the segments and exchanges, and of their sum. */
function rowsOf({ segments, exchanges, waiting, bytes }: TowerTimes): string[][] {
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return [
    ...segments.map(({ name, forward, backward }) => [name, time(forward), time(backward)]),
    ...exchanges.map(({ where, sending, receiving, waiting, bytes }) => {
      return [where, '', '', time(sending), time(receiving), time(waiting), megabytes(bytes)];
    }),
    [
      'all',
      time(sum(segments.map(({ forward }) => forward))),
      time(sum(segments.map(({ backward }) => backward))),
      time(sum(exchanges.map(({ sending }) => sending))),
      time(sum(exchanges.map(({ receiving }) => receiving))),
      time(waiting),
      megabytes(bytes.forward + bytes.backward),
    ],
  ];
}

function time(milliseconds: number): string {
  return milliseconds.toFixed(1);
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(2);
}
