import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BuiltPackage, buildPackage } from './testing/child-process.js';
import { describeWithLibrary } from './testing/describe-onednn.js';

/** Training steps with most kernels; `train(n)` returns the last loss. */
const training = `
  const tf = require('@tensorflow/tfjs-core');
  require('@tensorflow/tfjs-layers');
  const { isMainThread, parentPort, Worker, workerData } = require('node:worker_threads');
  const { registerOneDnnBackend } = require('./index.cjs');
  tf.enableProdMode();
  async function start() {
    registerOneDnnBackend();
    await tf.setBackend('onednn');
  }
  function train(steps) {
    const x = tf.randomNormal([16, 24, 24, 8], 0, 1, 'float32', 1);
    const w = tf.variable(tf.randomNormal([3, 3, 8, 16], 0, 0.1, 'float32', 2));
    const optimizer = tf.train.sgd(0.05);
    const forward = () => tf.maxPool(tf.localResponseNormalization(tf.relu(tf.conv2d(x, w, 1, 'same'))), 3, 2, 'valid');
    const loss = () => tf.mean(tf.square(tf.sub(forward(), 1)));
    let last = 0;
    for (let i = 0; i < steps; i++) {
      const value = optimizer.minimize(loss, true);
      last = value.dataSync()[0];
      value.dispose();
    }
    tf.dispose([x, w]);
    return last;
  }
  const workers = (task, count = 4) => Array.from({ length: count }, () => new Worker(__filename, { workerData: task }));
  const ended = (worker) => new Promise((resolve) => worker.on('exit', resolve).on('error', () => {}));
`;

describeWithLibrary('a process that has trained', () => {
  let built: BuiltPackage;
  beforeAll(async () => {
    built = await buildPackage();
  });
  afterAll(() => built.remove());
  const run = (program: string, environment = {}): ReturnType<BuiltPackage['run']> =>
    built.run(program, environment, 'cjs');

  const ends: [string, string, number | string][] = [
    ['at its end', '', 0],
    ['by process.exit', 'process.exit(5);', 5],
    ['by an uncaught error', "setImmediate(() => { throw new Error('mine'); });", 1],
    ['by a rejected promise', "Promise.reject(new Error('mine'));", 1],
    [
      'by SIGTERM',
      "process.kill(process.pid, 'SIGTERM'); await new Promise((r) => setTimeout(r, 5000));",
      'SIGTERM',
    ],
    [
      'by SIGINT',
      "process.kill(process.pid, 'SIGINT'); await new Promise((r) => setTimeout(r, 5000));",
      'SIGINT',
    ],
    ['after the backend was removed', "tf.removeBackend('onednn');", 0],
    ['in a timer, by process.exit in a listener', "process.on('beforeExit', () => process.exit(7));", 7],
  ];
  test.each(ends)('ends %s', async (_, end, expected) => {
    const { code, stdout, stderr } = await run(
      `${training} (async () => { await start(); console.log(train(3) > 0); ${end} })();`,
    );
    expect(stdout).toBe('true\n');
    expect(stderr.includes('Error: mine') ? '' : stderr).toBe('');
    expect(code).toBe(expected);
  });

  const worker = `
    async function work() {
      await start();
      if (workerData === 'exit') { train(2); process.exit(3); }
      if (workerData === 'throw') { train(2); throw new Error('mine'); }
      if (workerData === 'forever') for (;;) { parentPort.postMessage(train(1)); await new Promise((r) => setImmediate(r)); }
      parentPort.postMessage(train(5));
    }`;
  const inMain = (program: string): string =>
    `${training} ${worker} async function main() { ${program} } (isMainThread ? main : work)();`;

  test('four workers train to the same loss, each with its own backend', async () => {
    const { code, stdout, stderr } = await run(
      inMain(`
        const pool = workers('train');
        const exits = Promise.all(pool.map(ended));
        const losses = await Promise.all(pool.map((w) => new Promise((resolve) => w.on('message', resolve))));
        console.log((await exits).join(), new Set(losses).size, losses[0] > 0);`),
    );
    expect(stderr).toBe('');
    expect(stdout).toBe('0,0,0,0 1 true\n');
    expect(code).toBe(0);
  });

  test('workers may be terminated while they compute, or end by themselves', async () => {
    const { code, stdout, stderr } = await run(
      inMain(`
        await start();
        train(1);
        for (let round = 0; round < 2; round++) {
          const pool = workers('forever');
          await Promise.all(pool.map((w) => new Promise((resolve) => w.once('message', resolve))));
          await new Promise((resolve) => setTimeout(resolve, 20 * round));
          await Promise.all(pool.map((w) => w.terminate()));
        }
        const exits = await Promise.all([...workers('exit', 1), ...workers('throw', 1)].map(ended));
        console.log(exits.join(' '), train(3) > 0);`),
    );
    expect(stderr).toBe('');
    expect(stdout).toBe('3 1 true\n');
    expect(code).toBe(0);
  });

  test('the process may end while its workers compute', async () => {
    const { code, stderr } = await run(
      inMain(`
        const pool = workers('forever');
        await Promise.all(pool.map((w) => new Promise((resolve) => w.once('message', resolve))));
        process.exit(6);`),
    );
    expect(stderr).toBe('');
    expect(code).toBe(6);
  });

  test('workers that end by themselves leak no memory', async () => {
    const { code, stdout } = await run(
      inMain(`
        const rounds = [];
        for (let round = 0; round < 6; round++) {
          await Promise.all(workers('train', 2).map(ended));
          rounds.push(process.memoryUsage().rss);
        }
        console.log(rounds.at(-1) - rounds[2] < 80e6 || rounds);`),
      { OMP_NUM_THREADS: '1' },
    );
    expect(stdout).toBe('true\n');
    expect(code).toBe(0);
  });
});
