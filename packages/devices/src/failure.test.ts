/**
 * A tower that dies, hangs or fails is reported soon, by name and with the reason, and nothing is left
 * behind.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type AlexNetOverrides, alexnet } from '@alexnet/alexnet-model';
import { SgdMomentum } from '@alexnet/sgd-momentum-trainer';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { TowerProgram } from './devices/device.js';
import { type Device, processDevice, TwoTowers, threadDevice } from './index.js';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'alexnet-test-'));
  vi.stubEnv('TMPDIR', folder); // so that no other program writes there
  await tf.setBackend('cpu');
});
afterAll(() => rmSync(folder, { recursive: true }));

const small: AlexNetOverrides = { width: 1 / 32, imageSize: 64, classes: 5 };
const cpu = { name: 'cpu' } as const;
const start = (devices: [Device, Device], overrides = small): Promise<TwoTowers> =>
  TwoTowers.start(alexnet('original2012', small), new SgdMomentum(), devices, {
    ...{ preset: 'original2012', overrides, batchSize: 4, stallSeconds: 4 },
  });

/**
 * Calls `act` after the first step and takes steps until one fails. Returns the reason and the seconds it
 * took.
 */
async function failureAfter(
  towers: TwoTowers,
  act: () => unknown,
): Promise<{ message: string; seconds: number }> {
  const xs = tf.randomNormal([4, 64, 64, 3], 0, 60, 'float32', 1);
  const ys = tf.tidy(() => tf.cast(tf.oneHot([0, 3, 1, 2], 5), 'float32'));
  await towers.step({ xs, ys });
  setTimeout(act, 50); // in the middle of a step
  const startedAt = performance.now();
  try {
    for (;;) await towers.step({ xs, ys });
  } catch (error) {
    return { message: (error as Error).message, seconds: (performance.now() - startedAt) / 1000 };
  } finally {
    await towers.close();
    tf.dispose([xs, ys]);
  }
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test.each([
  ['SIGKILL', 1, 'tower B (cpu in a process): its process was ended by SIGKILL.'],
  [
    'SIGSTOP',
    0,
    /^tower A \(cpu in a process\): it was silent for 4 s in '\w+.*'; raise stallSeconds if the device is slow\.$/,
  ],
] as const)(
  'a process that gets %s ends the run soon, and nothing is left behind',
  async (signal, which, message) => {
    const towers = await start([processDevice(cpu), processDevice(cpu)]);
    const pids = towers.devices.map(({ pid }) => pid as number);
    expect(pids.every(isAlive)).toBe(true);
    const failure = await failureAfter(towers, () => process.kill(pids[which] as number, signal));
    expect(failure.message).toMatch(message);
    expect(failure.seconds).toBeLessThan(10);
    expect(pids.some(isAlive)).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  },
);

/** Gives a test access to the program of a device. */
function reached(device: Device): { device: Device; program: () => TowerProgram } {
  let program: TowerProgram | undefined;
  const open = (): TowerProgram => {
    program = device.open();
    return program;
  };
  return { device: { ...device, open }, program: () => program as TowerProgram };
}

test('a thread that ends, or no longer reacts, ends the run soon', async () => {
  const dies = reached(threadDevice(cpu));
  const died = await failureAfter(await start([threadDevice(cpu), dies.device]), () => dies.program().end());
  expect(died.message).toBe('tower B (cpu on a thread): its thread ended with code 1.');
  expect(died.seconds).toBeLessThan(10);
  const deaf = reached(threadDevice(cpu));
  const towers = await start([deaf.device, threadDevice(cpu)]);
  const hung = await failureAfter(towers, () => {
    deaf.program().post = () => {};
  });
  expect(hung.message).toMatch(
    /^tower A \(cpu on a thread\): it was silent for 4 s in '(gradients|update)'; raise stallSeconds if the device is slow\.$/,
  );
  expect(hung.seconds).toBeLessThan(10);
});

test('a device that cannot start says why', async () => {
  const broken = processDevice(
    { name: 'onednn' },
    { env: { ALEXNET_ONEDNN_LIBRARY: '/no/such/library.so' } },
  );
  await expect(start([processDevice(cpu), broken])).rejects.toThrow(
    /^tower B \(onednn in a process\): .*no\/such\/library/,
  );
  await expect(start([threadDevice(cpu), threadDevice({ name: 'cuda' as 'cpu' })])).rejects.toThrow(
    /^tower B \(cuda on a thread\): name must be one of/,
  );
});

test('if one process dies before the two are linked, the other is not left behind', async () => {
  const programs: TowerProgram[] = [];
  const watched = (device: Device, dies: boolean): Device => ({
    ...device,
    open: () => {
      const program = device.open();
      programs.push(program);
      if (dies) process.kill(program.pid as number, 'SIGKILL');
      return program;
    },
  });
  for (const dying of [0, 1]) {
    const devices = [0, 1].map((i) => watched(processDevice(cpu), i === dying)) as [Device, Device];
    await expect(start(devices)).rejects.toThrow(dying === 0 ? /^tower A .*SIGKILL/ : /^tower B .*SIGKILL/);
  }
  expect(programs.map(({ pid }) => isAlive(pid as number))).toEqual([false, false, false, false]);
});

test('the options must match the model, and batches must fit', async () => {
  await expect(start([threadDevice(cpu), threadDevice(cpu)], { ...small, width: 1 / 16 })).rejects.toThrow(
    /^tower [AB] \(cpu on a thread\): .*shape/i,
  );
  const towers = await start([threadDevice(cpu), threadDevice(cpu)]);
  const xs = tf.zeros([5, 64, 64, 3]);
  const ys = tf.zeros([5, 5]);
  await expect(towers.step({ xs, ys })).rejects.toThrow(
    'a batch must have at most 4 rows (TwoTowers), got 5.',
  );
  await expect(towers.step({ xs, ys }, { microBatchSize: 2 })).rejects.toThrow(
    'microBatchSize must be absent (TwoTowers), got 2.',
  );
  await towers.close();
  await expect(towers.step({ xs: tf.zeros([4, 64, 64, 3]), ys: tf.zeros([4, 5]) })).rejects.toThrow(
    'tower A (cpu on a thread): it has been closed.',
  );
});

test('Ctrl-C, which a terminal sends to child processes too, is left to their parent', async () => {
  const towers = await start([processDevice(cpu), processDevice(cpu)]);
  const [a] = towers.devices.map(({ pid }) => pid as number);
  process.kill(a as number, 'SIGINT');
  await delay(200);
  expect(isAlive(a as number)).toBe(true);
  await towers.close();
  expect(isAlive(a as number)).toBe(false);
});
