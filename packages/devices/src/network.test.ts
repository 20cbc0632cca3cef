/** Devices on other machines, emulated by this machine over TCP. */
import { connect } from 'node:net';
import { alexnet } from '@alexnet/alexnet-model';
import { SgdMomentum } from '@alexnet/sgd-momentum-trainer';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Device,
  networkDevice,
  type ServedDevice,
  serveDevice,
  TwoTowers,
  threadDevice,
} from './index.js';
import { cpu, expectSameSteps, small } from './same-steps.test-data.js';

const token = 'a token of this test';
const news: string[] = [];
let served: ServedDevice;
let device: Device;
beforeAll(async () => {
  await tf.setBackend('cpu');
  served = await serveDevice({ token, backend: cpu, onNews: (line) => news.push(line) });
  device = networkDevice({ host: '127.0.0.1', port: served.port, token });
});
afterAll(() => served.close());

const start = (devices: [Device, Device]): Promise<TwoTowers> =>
  TwoTowers.start(alexnet('paper', small), new SgdMomentum(), devices, {
    ...{ preset: 'paper', overrides: small, batchSize: 2, stallSeconds: 6 },
  });

describe('4 steps are bit-identical to those of the unsplit network', () => {
  test('a thread and a served device', () => expectSameSteps(4, 'paper', small, [threadDevice(cpu), device]));
  test('two served devices', () => expectSameSteps(4, 'original2012', small, [device, device]));
});

test('each run has its own process, which ends with it', async () => {
  news.length = 0;
  const towers = await start([device, device]);
  const started = news.filter((line) => / began, process \d+$/.test(line));
  expect(started).toHaveLength(2);
  await towers.close();
  await expect.poll(() => news.filter((line) => line.includes('ended')).length).toBe(2);
});

test('a served process that is killed ends the run with its name', async () => {
  news.length = 0;
  const towers = await start([threadDevice(cpu), device]);
  const pid = Number(/process (\d+)/.exec(news.join())?.[1]);
  process.kill(pid, 'SIGKILL');
  const batch = { xs: tf.zeros([2, 64, 64, 3]), ys: tf.ones([2, 5]) };
  await expect(towers.step(batch)).rejects.toThrow(
    /^tower B \(127.0.0.1:\d+\): its connection (was closed|broke: .*)\.$/,
  );
});

test('a client with a wrong token or another protocol is refused', async () => {
  const stranger = networkDevice({ host: '127.0.0.1', port: served.port, token: 'some other token' });
  await expect(start([threadDevice(cpu), stranger])).rejects.toThrow(
    `tower B (127.0.0.1:${served.port}): it cannot be reached: refused: wrong token.`,
  );
  expect(news.at(-1)).toMatch(/was refused: wrong token/);
  for (const words of ['GET / HTTP/1.1\r\n\r\n', 'x'.repeat(5000)]) {
    const socket = connect(served.port, '127.0.0.1');
    socket.on('error', () => {}).resume();
    socket.write(words);
    await new Promise((resolve) => socket.once('close', resolve));
    expect(news.at(-1)).toMatch(/was refused: /);
  }
  const nobody = networkDevice({ host: '127.0.0.1', port: 1, token });
  await expect(start([nobody, threadDevice(cpu)])).rejects.toThrow(
    /^tower A \(127.0.0.1:1\): it cannot be reached: connect ECONNREFUSED/,
  );
  await expect(serveDevice({ token: 'short' })).rejects.toThrow(
    'token must have at least 16 characters (serveDevice), got 5.',
  );
});
