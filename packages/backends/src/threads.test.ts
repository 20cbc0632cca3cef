import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findOneDnn } from '@alexnet/tfjs-backend-onednn';
import { findTorch } from '@alexnet/tfjs-backend-torch';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listGpuAdapters } from './index.js';

const here = fileURLToPath(new URL('..', import.meta.url));
let folder = '';
let programs = 0;
beforeAll(async () => {
  const modules = join(here, 'node_modules'); // from here, programs find the built packages; git ignores it
  await mkdir(modules, { recursive: true });
  folder = await mkdtemp(join(modules, '.test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** `start(name)` starts a backend with one thread; `train(steps)` returns the bits of the weights. */
const begin = `
  import * as tf from '@tensorflow/tfjs-core';
  import '@tensorflow/tfjs-layers';
  import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
  import { useBackend } from '@alexnet/backends';
  tf.enableProdMode();
  const start = (name) => useBackend(name, { threads: 1 });
  async function train(steps) {
    const values = (shape) => tf.tensor(Float32Array.from({ length: shape[0] * shape[1] }, (_, i) => Math.sin(i * 1.7) / 8), shape);
    const [x, initial] = [values([256, 300]), values([300, 200])];
    const w = tf.variable(initial);
    const optimizer = tf.train.sgd(0.05);
    const loss = () => tf.mean(tf.square(tf.sub(tf.relu(tf.matMul(x, w)), 1)));
    for (let i = 0; i < steps; i++) optimizer.minimize(loss);
    const weights = await w.data();
    if (!weights.every(Number.isFinite)) throw new Error('diverged');
    tf.dispose([x, initial, w]);
    return Buffer.from(weights.buffer).toString('base64');
  }
  const worker = (task) => new Worker(new URL(import.meta.url), { workerData: task });
  const message = (worker) => new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  const ended = (worker) => new Promise((resolve) => worker.once('exit', resolve));
`;

interface Ended {
  code: number | string | null;
  stdout: string;
  stderr: string;
}

/** Runs a program in its own process. */
async function run(program: string): Promise<Ended> {
  const path = join(folder, `program-${programs++}.mjs`);
  await writeFile(path, begin + program);
  return new Promise((resolve) => {
    execFile(process.execPath, [path], (error, stdout, stderr) =>
      resolve({ code: error ? (error.code ?? error.signal ?? null) : 0, stdout, stderr }),
    );
  });
}

const hasOneDnn = findOneDnn().path !== undefined;
const hasGpu = (await listGpuAdapters()).length > 0;

/** How many times a worker is terminated. Each time takes two seconds. */
const KILLS = Number(process.env.ALEXNET_KILLS ?? 1);

test.skipIf(!hasOneDnn)(
  'onednn and wasm train bit-identically in several threads while another is killed in a kernel (ALEXNET_KILLS)',
  async () => {
    const ended = await run(`
      if (isMainThread) {
        const alone = {};
        for (const name of ['wasm', 'onednn']) {
          await start(name);
          alone[name] = await train(8);
        }
        console.log(alone.onednn.length);
        for (let round = 0; round < ${KILLS}; round++) {
          const doomed = worker('endless');
          const names = ['onednn', 'wasm'];
          const fromWorkers = Promise.all(names.map((name) => message(worker(name))));
          await message(doomed);
          await new Promise((resolve) => setTimeout(resolve, 5 + ((20 * round) % 200))); // in a kernel of some 300 ms
          const end = doomed.terminate();
          console.log((await train(8)) === alone.onednn, await end);
          console.log((await fromWorkers).map((bits, i) => bits === alone[names[i]]).join());
        }
      } else if (workerData !== 'endless') {
        await start(workerData);
        parentPort.postMessage(await train(8));
      } else {
        await start('onednn');
        const x = tf.ones([2000, 2000]);
        parentPort.postMessage('in a kernel');
        for (;;) tf.matMul(x, x).dataSync();
      }`);
    const rounds = 'true 1\ntrue,true\n'.repeat(KILLS);
    expect(ended).toEqual({ code: 0, stdout: `320000\n${rounds}`, stderr: '' });
  },
);

test.skipIf(!hasOneDnn || !findTorch().path)(
  'torch and onednn train bit-identically in one process and in several threads while another is killed',
  async () => {
    const ended = await run(`
      if (isMainThread) {
        const alone = {};
        for (const name of ['onednn', 'torch']) {
          await start(name);
          alone[name] = await train(8);
        }
        const doomed = worker('endless');
        const names = ['torch', 'onednn', 'torch'];
        const fromWorkers = Promise.all(names.map((name) => message(worker(name))));
        await message(doomed);
        const end = doomed.terminate();
        console.log((await train(8)) === alone.torch, await end);
        console.log((await fromWorkers).map((bits, i) => bits === alone[names[i]]).join());
      } else if (workerData !== 'endless') {
        await start(workerData);
        parentPort.postMessage(await train(8));
      } else {
        await start('torch');
        const x = tf.ones([1000, 1000]);
        parentPort.postMessage('in a kernel');
        for (;;) tf.tidy(() => void tf.matMul(x, x).dataSync());
      }`);
    expect(ended).toEqual({ code: 0, stdout: 'true 1\ntrue,true,true\n', stderr: '' });
  },
);

describe.skipIf(!hasGpu)('webgpu', () => {
  // One operation only, because a software GPU takes a tenth of a second to compile each one.
  const multiply = `
    await start('webgpu');
    const x = tf.tensor(Float32Array.from({ length: 4096 }, (_, i) => Math.sin(i * 1.7)), [64, 64]);
    const multiply = async () => Buffer.from((await tf.matMul(x, x).data()).buffer).toString('base64');`;

  test('computes in two workers and the main thread at once, and each may end in the middle of a read', async () => {
    const ended = await run(`
      ${multiply}
      if (isMainThread) {
        const alone = await multiply();
        const workers = [worker('exit'), worker('throw')];
        const failed = new Promise((resolve) => workers[1].on('error', (error) => resolve(error.message)));
        const exits = Promise.all(workers.map(ended));
        const fromWorkers = Promise.all(workers.map(message));
        console.log([await multiply(), ...(await fromWorkers)].map((bits) => bits === alone).join(), alone.length);
        console.log((await exits).join(), await failed, (await multiply()) === alone);
        multiply();
        process.exit(5);
      }
      parentPort.postMessage(await multiply());
      multiply();
      if (workerData === 'exit') process.exit(3);
      throw new Error('mine');`);
    expect(ended).toEqual({ code: 5, stdout: 'true,true,true 21848\n3,1 mine true\n', stderr: '' });
  });

  test('computes in two processes at once, and one continues if the other is killed', async () => {
    const endless = `setTimeout(() => process.kill(process.pid, 'SIGKILL'), 300); for (;;) await multiply();`;
    const [killed, whole] = await Promise.all([
      run(`${multiply} ${endless}`),
      run(`${multiply} for (let i = 0; i < 9; i++) await multiply(); console.log('end');`),
    ]);
    expect(killed.code).toBe('SIGKILL');
    expect(whole).toEqual({ code: 0, stdout: 'end\n', stderr: '' });
  });
});
