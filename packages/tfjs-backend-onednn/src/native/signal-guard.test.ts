import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BuiltPackage, buildPackage } from '../testing/child-process.js';
import { describeWithLibrary } from '../testing/describe-onednn.js';
import { signalGuard } from './signal-guard.js';

/**
 * Computes float32 products and convolutions while a thread sends the process a signal every .2 ms; prints how many
 * signals arrived and how many results were wrong.
 */
const program = `
  const { isMainThread, Worker } = require('node:worker_threads');
  const pause = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  async function compute() {
    const tf = require('@tensorflow/tfjs-core');
    const { registerOneDnnBackend } = require('./index.cjs');
    tf.enableProdMode();
    registerOneDnnBackend({ threads: 2 });
    await tf.setBackend('onednn');
    const [a, b] = [tf.randomNormal([64, 1024], 0, 1, 'float32', 1), tf.randomNormal([1024, 10], 0, 1, 'float32', 2)];
    const [x, w] = [tf.randomNormal([2, 9, 9, 8], 0, 1, 'float32', 3), tf.randomNormal([3, 3, 8, 8], 0, 1, 'float32', 4)];
    const results = () => [tf.matMul(a, b), tf.matMul(b, a, true, true), tf.conv2d(x, w, 1, 'same')];
    const read = () => {
      const tensors = results();
      const values = tensors.map((tensor) => tensor.dataSync());
      tf.dispose(tensors);
      return values;
    };
    const expected = read();
    let [arrived, wrong] = [0, 0];
    process.on('SIGUSR2', () => arrived++);
    const worker = new Worker(__filename);
    const end = Date.now() + 1500;
    while (Date.now() < end) {
      for (let i = 0; i < 20; i++) {
        const values = read();
        if (values.some((one, k) => one.some((value, j) => value !== expected[k][j]))) wrong++;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    await worker.terminate();
    console.log(JSON.stringify({ arrived: arrived > 100, wrong }));
  }
  if (isMainThread) compute();
  else for (;;) { process.kill(process.pid, 'SIGUSR2'); pause(0.2); }
`;
/** The instructions whose products are at risk in every version; a newer CPU has them too. */
const avx2 = { ONEDNN_MAX_CPU_ISA: 'AVX2', DNNL_MAX_CPU_ISA: 'AVX2' };

describeWithLibrary('signals while oneDNN computes', () => {
  let built: BuiltPackage;
  beforeAll(async () => {
    built = await buildPackage();
  });
  afterAll(() => built.remove());

  test('corrupt no memory, and arrive', async () => {
    const { code, stdout, stderr } = await built.run(program, avx2, 'cjs');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({ arrived: true, wrong: 0 });
  });

  test("a sampling profiler's signals corrupt no memory, and show where time goes", async () => {
    const profiled = program.replace("process.kill(process.pid, 'SIGUSR2'); pause(0.2);", 'pause(100);');
    const profiler = `
      const session = new (require('node:inspector').Session)();
      session.connect();
      session.post('Profiler.enable');
      session.post('Profiler.setSamplingInterval', { interval: 200 });
      session.post('Profiler.start');
      process.on('exit', () => session.post('Profiler.stop', (_, { profile }) => {
        const names = profile.nodes.map(({ callFrame }) => callFrame.functionName);
        console.log(profile.samples.length > 500 && names.includes('read'));
      }));`;
    const { code, stdout, stderr } = await built.run(
      `if (require('node:worker_threads').isMainThread) { ${profiler} } ${profiled}`,
      avx2,
      'cjs',
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trim().split('\n').at(-1)).toBe('true');
  });

  test('a program started in the same turn receives signals', async () => {
    const { stdout } = await built.run(
      `
      const { spawnSync } = require('node:child_process');
      const tf = require('@tensorflow/tfjs-core');
      const { registerOneDnnBackend } = require('./index.cjs');
      tf.enableProdMode();
      registerOneDnnBackend();
      tf.setBackend('onednn').then(() => {
        tf.matMul(tf.ones([8, 8]), tf.ones([8, 8])).dataSync();
        console.log(spawnSync('sleep', ['60'], { timeout: 300, killSignal: 'SIGTERM' }).signal);
      });`,
      avx2,
      'cjs',
    );
    expect(stdout).toBe('SIGTERM\n');
  });
});

test('versions from 3.11.2 on need no guard', () => {
  for (const version of ['3.11.2', '3.12.0', '4.0.0']) expect(signalGuard(version), version).toBeUndefined();
  const isNeeded = process.arch === 'x64';
  for (const version of ['2.6.3', '3.7.3', '3.11.1']) {
    expect(signalGuard(version) !== undefined, version).toBe(isNeeded);
  }
});
