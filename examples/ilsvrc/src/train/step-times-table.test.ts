import { partition } from '@alexnet/alexnet-model';
import { ExchangeSummary, type Span } from '@alexnet/devices';
import { expect, test } from 'vitest';
import { stepTimesTable } from './step-times-table.js';

const span = (what: Span['what'], where: string, [begin, end]: [number, number], more = {}): Span => {
  return { what, where, begin, milliseconds: end - begin, waited: 0, bytes: 0, ...more };
};

test('prints a table for each device, at most 80 columns wide', async () => {
  const theory = (await partition('paper')).bytesPerStep(128);
  const bytes = theory[0]?.forward ?? 0;
  const a = [
    span('batch', '', [0, 4]),
    span('forward', 'conv1-conv2', [4, 1004]),
    span('send', 'pool2', [1004, 1010], { bytes }),
    span('receive', 'pool2', [1010, 1040], { waited: 26.25 }),
    span('forward', 'fc8', [1040, 1080]),
    span('backward', 'fc8', [1080, 1800]),
    span('update', '', [1960, 2000]),
  ];
  const summary = new ExchangeSummary();
  summary.add([a, [span('forward', 'conv1-conv2', [0, 100])]]);
  const lines = stepTimesTable(summary.result(), ['onednn on a thread', 'cuda'], theory).split('\n');
  expect(lines.slice(0, 9)).toEqual([
    '2000 ms a step, mean of 1',
    '',
    'tower A, onednn on a thread: exchange 0.5% of the step, waiting 1.3%',
    'ms a step    forward  backward  sending  receiving  waiting  MB sent',
    'conv1-conv2   1000.0       0.0',
    'fc8             40.0     720.0',
    'pool2                               6.0        3.8     26.3    14.48',
    'all           1040.0     720.0      6.0        3.8     26.3    14.48',
    'batch 4.0 ms, update 40.0 ms; the cut sends 30.02 MB',
  ]);
  expect(lines[10]).toBe('tower B, cuda: exchange 0.0% of the step, waiting 0.0%');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
});
