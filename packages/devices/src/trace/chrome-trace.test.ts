import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ChromeTrace, type Span } from '../index.js';
import type { TraceEvent } from './trace-events.js';

const BEGIN = 1_800_000_000_000;
const span = (
  [what, where]: [Span['what'], string?],
  [begin, milliseconds]: [number, number],
  waited = 0,
  bytes = 0,
): Span => {
  return { what, where: where ?? '', begin: BEGIN + begin, milliseconds, waited, bytes };
};
const a = [
  span(['batch'], [2, 1]),
  span(['forward', 'conv1-conv2'], [3, 10]),
  span(['send', 'pool2'], [13, 3], 1, 1000),
  span(['receive', 'pool2'], [16, 8], 7.5),
];
const b = [
  span(['forward', 'conv1-conv2'], [0, 20]),
  span(['send', 'pool2'], [20, 4], 0, 1000),
  span(['receive', 'pool2'], [24, 2]),
];

let folder: string;
const path = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alexnet-trace-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function eventsOf(name: string, closing = ''): Promise<TraceEvent[]> {
  return JSON.parse((await readFile(path(name), 'utf8')) + closing) as TraceEvent[];
}

/** `[track, name, ts, dur]` of each slice. */
const slices = (events: readonly TraceEvent[]): unknown[] =>
  events.flatMap(({ ph, tid, name, ts, dur }) => (ph === 'X' ? [[tid, name, ts, dur]] : []));

describe('ChromeTrace', () => {
  test('each tower has a track with its steps, their spans and the waiting within, in microseconds from the start', async () => {
    const trace = ChromeTrace.open(path('two.json'), ['tower A (onednn)', 'tower "B"']);
    trace.add([a, b]);
    trace.add([[], []]);
    trace.add([[span(['update'], [40.0008, 1])], []]);
    trace.close();
    trace.close();
    const events = await eventsOf('two.json');
    expect(slices(events)).toEqual([
      [0, 'step 1', 2000, 22_000],
      [0, 'batch', 2000, 1000],
      [0, 'forward conv1-conv2', 3000, 10_000],
      [0, 'send pool2', 13_000, 3000],
      [0, 'wait', 13_000, 1000],
      [0, 'receive pool2', 16_000, 8000],
      [0, 'wait', 16_000, 7500],
      [1, 'step 1', 0, 26_000],
      [1, 'forward conv1-conv2', 0, 20_000],
      [1, 'send pool2', 20_000, 4000],
      [1, 'receive pool2', 24_000, 2000],
      [0, 'step 2', 40_001, 1000],
      [0, 'update', 40_001, 1000],
    ]);
    const names = events.flatMap(({ name, tid, args }) =>
      name === 'thread_name' ? [[tid, args?.name]] : [],
    );
    expect(names).toEqual([
      [0, 'tower A (onednn)'],
      [1, 'tower "B"'],
    ]);
    const argsOf = (name: string) => events.find((event) => event.name === name)?.args;
    expect(argsOf('send pool2')).toEqual({ bytes: 1000, waitedMilliseconds: 1 });
    expect(argsOf('receive pool2')).toEqual({ waitedMilliseconds: 7.5 });
  });

  test('an arrow leads from the start of a sending to the end of its receiving, and is inside both', async () => {
    const trace = ChromeTrace.open(path('arrows.json'), ['A', 'B']);
    trace.add([a, b]);
    trace.close();
    const ends = (await eventsOf('arrows.json')).filter(({ cat }) => cat === 'exchange');
    expect(ends.map(({ ph, tid, ts, id }) => [ph, tid, ts, id])).toEqual([
      ['s', 0, 13_000, 2002],
      ['f', 1, 25_999, 2002],
      ['s', 1, 20_000, 3001],
      ['f', 0, 23_999, 3001],
    ]);
  });

  test('spans that overlap by a rounding of the clock are written side by side', async () => {
    const trace = ChromeTrace.open(path('rounded.json'), ['A', 'B']);
    const waiting = span(['receive', 'pool2'], [0, 1.002], 1.002);
    trace.add([[waiting, span(['forward', 'fc6'], [1, 1])], []]);
    trace.close();
    expect(slices(await eventsOf('rounded.json'))).toEqual([
      [0, 'step 1', 0, 2000],
      [0, 'receive pool2', 0, 1000],
      [0, 'wait', 0, 1000],
      [0, 'forward fc6', 1000, 1000],
    ]);
  });

  test('each step is in the file at once, so a killed program leaves out only the bracket', async () => {
    const trace = ChromeTrace.open(path('killed.json'), ['A', 'B']);
    const events = await eventsOf('killed.json', ']');
    expect(events.every(({ ph }) => ph === 'M')).toBe(true);
    for (const steps of [1, 2, 3]) {
      trace.add([a, b]);
      const found = slices(await eventsOf('killed.json', ']'));
      expect(found).toHaveLength(steps * 11);
    }
    trace.close();
  });

  test('write errors reach the caller', () => {
    expect(() => ChromeTrace.open(path('no/such/folder.json'), ['A', 'B'])).toThrow(/ENOENT.*folder\.json/);
    const trace = ChromeTrace.open(path('closed.json'), ['A', 'B']);
    trace.close();
    expect(() => trace.add([a, b])).toThrow('a trace must be open to be written (ChromeTrace).');
  });

  test.skipIf(!existsSync('/dev/full'))('the error of a full disk reaches the caller', () => {
    expect(() => ChromeTrace.open('/dev/full', ['A', 'B'])).toThrow(/ENOSPC/);
  });
});
