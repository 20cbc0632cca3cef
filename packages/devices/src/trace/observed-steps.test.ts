import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alexnet, partition } from '@alexnet/alexnet-model';
import { SgdMomentum } from '@alexnet/sgd-momentum-trainer';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ChromeTrace,
  ExchangeSummary,
  processDevice,
  type StepTimes,
  TwoTowers,
  threadDevice,
} from '../index.js';
import type { TraceEvent } from './trace-events.js';

const STEPS = 3;
const rows = 2;
const overrides = { width: 1 / 32, imageSize: 64, classes: 5, seed: 3 };
const cpu = { name: 'cpu' } as const;

let folder: string;
let times: StepTimes;
let events: TraceEvent[];

beforeAll(async () => {
  await tf.setBackend('cpu');
  folder = await mkdtemp(join(tmpdir(), 'alexnet-observed-'));
  const trace = ChromeTrace.open(join(folder, 'trace.json'), ['A', 'B']);
  const summary = new ExchangeSummary();
  const devices = [threadDevice(cpu), processDevice(cpu)] as const;
  const stepper = await TwoTowers.start(alexnet('paper', overrides), new SgdMomentum(), devices, {
    ...{ preset: 'paper', overrides, batchSize: rows },
    onStep: (spans) => {
      trace.add(spans);
      summary.add(spans);
    },
  });
  const xs = tf.randomNormal([rows, 64, 64, 3], 0, 60, 'float32', 1);
  const ys = tf.tidy(() => tf.cast(tf.oneHot([1, 3], 5), 'float32'));
  try {
    for (let step = 0; step < STEPS; step++) await stepper.step({ xs, ys });
  } finally {
    await stepper.close();
    trace.close();
  }
  times = summary.result();
  events = JSON.parse(await readFile(join(folder, 'trace.json'), 'utf8'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('steps on a thread and a process', () => {
  test('send as many bytes as the partition predicts', async () => {
    const { bytesPerStep } = await partition('paper', overrides);
    expect(times.towers.map(({ bytes }) => bytes)).toEqual(bytesPerStep(rows));
    expect(times.steps).toBe(STEPS);
  });

  test('consist of segments and exchanges, and little else', () => {
    const [a, b] = times.towers;
    const segments = ['conv1-conv2', 'conv3-conv5', 'fc6', 'fc7'];
    expect(a.segments.map(({ name }) => name)).toEqual([...segments, 'fc8']);
    expect(b.segments.map(({ name }) => name)).toEqual(segments);
    const both = ['pool2', 'pool5', 'fc6'];
    const backward = ['fc7 gradient', ...both.map((where) => `${where} gradient`).reverse()];
    for (const tower of [a, b]) {
      expect(tower.exchanges.map(({ where }) => where)).toEqual([...both, 'fc7', ...backward]);
      const known = tower.computing + tower.copying + tower.waiting;
      expect(known).toBeLessThanOrEqual(times.milliseconds);
      expect(known).toBeGreaterThan(times.milliseconds / 2);
    }
  });

  test('are in the trace, each step in its tower and each span in its step, without overlap', () => {
    for (const tid of [0, 1]) {
      const own = events.filter((event) => event.ph === 'X' && event.tid === tid) as Required<TraceEvent>[];
      const steps = own.filter(({ cat }) => cat === 'step');
      expect(steps.map(({ name }) => name)).toEqual(['step 1', 'step 2', 'step 3']);
      const spans = own.filter(({ cat }) => cat !== 'step' && cat !== 'wait');
      let end = 0;
      for (const { ts, dur } of spans) {
        expect(ts).toBeGreaterThanOrEqual(end);
        end = ts + dur;
        expect(steps.some((step) => ts >= step.ts && end <= step.ts + step.dur)).toBe(true);
      }
      expect(spans).toHaveLength(STEPS * (tid === 0 ? 2 + 10 + 14 : 2 + 8 + 14));
    }
  });

  test('overlap, because both towers compute their convolutions at the same time', () => {
    const convolutions = events.filter(
      ({ name }) => name === 'forward conv1-conv2',
    ) as Required<TraceEvent>[];
    const [ofA, ofB] = [0, 1].map((tid) => convolutions.filter((event) => event.tid === tid));
    expect([ofA?.length, ofB?.length]).toEqual([STEPS, STEPS]);
    const overlaps = ofA?.map((a, step) => {
      const b = ofB?.[step] ?? a;
      return Math.min(a.ts + a.dur, b.ts + b.dur) - Math.max(a.ts, b.ts);
    });
    // Not in each step, because the machine may be busy with something else
    expect(Math.max(...(overlaps ?? []))).toBeGreaterThan(0);
  });

  test('are joined by arrows from each send to its receive, never back in time', () => {
    const begins = events.filter(({ ph }) => ph === 's') as Required<TraceEvent>[];
    expect(begins).toHaveLength(STEPS * (7 + 7)); // of 4 exchanges forward and 4 backward, two go one way
    for (const begin of begins) {
      const ends = events.filter(({ ph, id }) => ph === 'f' && id === begin.id) as Required<TraceEvent>[];
      expect(ends.map(({ tid }) => tid)).toEqual([1 - begin.tid]);
      expect(ends[0]?.ts).toBeGreaterThanOrEqual(begin.ts);
    }
  });
});
