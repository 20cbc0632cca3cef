import { expect, test } from 'vitest';
import { ExchangeSummary, type Span } from '../index.js';

type Row = [
  what: Span['what'],
  where: string,
  begin: number,
  milliseconds: number,
  waited?: number,
  bytes?: number,
];

const step = (rows: Row[]): Span[] =>
  rows.map(([what, where, begin, milliseconds, waited = 0, bytes = 0]) => {
    return { what, where, begin: 1_800_000_000_000 + begin, milliseconds, waited, bytes };
  });

test('averages over steps how long each tower computes, copies and waits', () => {
  const summary = new ExchangeSummary();
  summary.add([
    step([
      ['batch', '', 0, 2],
      ['forward', 'conv1-conv2', 2, 10],
      ['send', 'pool2', 12, 3, 1, 400],
      ['receive', 'pool2', 15, 5, 4],
      ['forward', 'fc6', 20, 4],
      ['backward', 'fc6', 24, 6],
      ['send', 'pool2 gradient', 30, 2, 0, 400],
      ['receive', 'pool2 gradient', 32, 1],
      ['backward', 'conv1-conv2', 33, 20],
      ['update', '', 54, 6],
    ]),
    step([
      ['forward', 'conv1-conv2', 5, 12],
      ['send', 'pool2', 17, 1, 0, 400],
    ]),
  ]);
  summary.add([
    step([
      ['batch', '', 100, 4],
      ['forward', 'conv1-conv2', 104, 20],
      ['send', 'pool2', 124, 1, 0, 200],
      ['receive', 'pool2', 125, 7, 6],
    ]),
    step([['forward', 'conv1-conv2', 110, 30]]),
  ]);
  const { steps, milliseconds, towers } = summary.result();
  expect([steps, milliseconds]).toEqual([2, 50]); // (60 + 40) / 2
  expect(towers[0]).toEqual({
    segments: [
      { name: 'conv1-conv2', forward: 15, backward: 10 },
      { name: 'fc6', forward: 2, backward: 3 },
    ],
    exchanges: [
      { where: 'pool2', sending: 1.5, receiving: 1, waiting: 5.5, bytes: 300 },
      { where: 'pool2 gradient', sending: 1, receiving: 0.5, waiting: 0, bytes: 200 },
    ],
    batch: 3,
    update: 3,
    computing: 36,
    copying: 4,
    copyingShare: 0.08,
    waiting: 5.5,
    waitingShare: 0.11,
    bytes: { forward: 300, backward: 200 },
  });
  expect(towers[1]).toMatchObject({
    computing: 21,
    copying: 0.5,
    waiting: 0,
    bytes: { forward: 200, backward: 0 },
  });
});

test('no summary without steps, and no step without spans', () => {
  const summary = new ExchangeSummary();
  expect(() => summary.result()).toThrow('steps must be at least 1 (ExchangeSummary), got 0.');
  expect(() => summary.add([[], []])).toThrow('a step must have spans (ExchangeSummary), got none.');
});
