import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BuiltPackage, buildPackage } from './testing/child-process.js';
import { describeWithLibrary } from './testing/describe-onednn.js';

const begin = `
  import * as tf from '@tensorflow/tfjs-core';
  import '@tensorflow/tfjs-layers';
  import { registerOneDnnBackend, trimOneDnnMemory } from './index.js';
  tf.enableProdMode();
  registerOneDnnBackend();
  await tf.setBackend('onednn');
  const pool = () => tf.memory();
  const message = (f) => { try { f(); return 'no error'; } catch (error) { return error.name + ': ' + error.message; } };
`;

/** For programs that measure memory; `collect()` collects JavaScript's own garbage. */
const collectGarbage = `
  import { setFlagsFromString } from 'node:v8';
  import { runInNewContext } from 'node:vm';
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');`;

describeWithLibrary('native memory', () => {
  let built: BuiltPackage;
  beforeAll(async () => {
    built = await buildPackage();
  });
  afterAll(() => built.remove());

  const output = (program: string, environment?: NodeJS.ProcessEnv): Promise<string> =>
    built.output(`${begin} ${program}`, environment);

  test('stays within the limit, reports the bytes requested and held, and continues', async () => {
    const program = `
      const x = tf.relu(tf.ones([1000, 1000]));
      const live = pool().poolLiveBytes;
      console.log(message(() => tf.tidy(() => tf.matMul(tf.ones([8000, 100]), tf.ones([100, 8000])))));
      console.log(pool().poolLiveBytes === live, pool().poolBytes <= 50e6, pool().poolLimitBytes);
      console.log(tf.sum(tf.matMul(x, x)).dataSync()[0]);`;
    expect(await output(program, { ALEXNET_ONEDNN_MEMORY_LIMIT: '50000000' })).toMatch(
      /^RangeError: Out of memory \(onednn\): 268435456 bytes were asked for; \d+ are in use, \d+ held, 50000000 allowed \(memoryLimit\)\.\ntrue true 50000000\n1000000000\n$/,
    );
  });

  test('unused blocks make room for a block of another size under the limit', async () => {
    const program = `
      registerOneDnnBackend({ memoryLimit: 40e6 });
      for (let n = 1000; n < 2000; n += 37) tf.dispose(tf.tidy(() => tf.square(tf.square(tf.ones([n, 1000])))));
      console.log(pool().poolBytes <= 40e6, pool().poolLiveBytes);`;
    expect(await output(program)).toBe('true 0\n');
  });

  test('weights and velocities count once, before a kernel has read them too, and are freed with their tensors', async () => {
    const program = `
      const counted = () => [pool().arrayBytes, pool().poolLiveBytes].map((bytes) => Math.round(bytes / 1e6)).join(' ');
      const weight = tf.tidy(() => tf.variable(tf.zeros([1000, 1000])));
      tf.tidy(() => weight.assign(tf.tensor(new Float32Array(1e6), [1000, 1000])));
      const seen = [counted()];
      tf.dispose(tf.relu(weight));
      const velocity = tf.zeros([1000, 1000]);
      seen.push(counted());
      const gradient = tf.zeros([1000, 1000]);
      const attrs = { learningRate: 0.01, momentum: 0.9, weightDecay: 0 };
      tf.dispose(tf.engine().runKernel('SgdMomentumUpdate', { weight, velocity, gradient }, attrs));
      seen.push(counted());
      tf.dispose([weight, velocity, gradient]);
      console.log([...seen, counted()].join(', '));
      registerOneDnnBackend({ memoryLimit: 10e6 });
      console.log(message(() => tf.tidy(() => [1, 2, 3].map(() => tf.zeros([1000, 1000])))));
      console.log(counted());`;
    expect(await output(program)).toMatch(
      /^4 0, 4 4, 0 13, 0 0\nRangeError: .*: 4000000 bytes were asked for; 800\d+ are in use, 800\d+ held, 10000000 allowed \(memoryLimit\)\.\n0 0\n$/,
    );
  });

  test('refuses a limit that is not a number of bytes', async () => {
    const program = `console.log(message(() => registerOneDnnBackend({ memoryLimit: -1 })));
      process.env.ALEXNET_ONEDNN_MEMORY_LIMIT = '2GB';
      console.log(message(() => registerOneDnnBackend()));`;
    expect(await output(program)).toBe(
      'RangeError: memoryLimit must be a number of bytes > 0 (registerOneDnnBackend), got -1.\n' +
        'RangeError: ALEXNET_ONEDNN_MEMORY_LIMIT must be a number of bytes > 0 (registerOneDnnBackend), got 2GB.\n',
    );
  });

  test('if the system refuses memory, nothing is lost and smaller tensors still fit', async () => {
    const program = `
      import koffi from 'koffi';
      import { readFileSync } from 'node:fs';
      const values = tf.square(tf.fill([1000, 1000], 2));
      const vector = [tf.ones([20000, 1]), tf.ones([1, 20000])];
      tf.dispose(tf.matMul(tf.ones([900, 1]), tf.ones([1, 900])));
      const size = Number(/VmSize:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;
      const limit = BigUint64Array.from([size + 400e6, size + 400e6], BigInt);
      koffi.load('libc.so.6').func('int setrlimit(int what, void* limit)')(9, limit);
      const live = pool().poolLiveBytes;
      for (let i = 0; i < 3; i++) console.log(message(() => tf.matMul(...vector)));
      console.log(pool().poolLiveBytes === live, tf.sum(tf.matMul(values, values)).dataSync()[0]);`;
    expect(await output(program)).toMatch(
      /^(RangeError: Out of memory \(onednn\): 1610612736 bytes were asked for; \d+ are in use, \d+ held\.\n){3}true 16000000000\n$/,
    );
  });

  test('a tensor over 4 GiB throws an error with its shape and bytes', async () => {
    const program = `
      const [a, b] = [tf.ones([70000, 1]), tf.ones([1, 70000])];
      console.log(message(() => tf.matMul(a, b)));
      console.log(message(() => tf.pad(a, [[0, 2 ** 31], [0, 0]])));
      console.log(message(() => tf.pad(a, [[0, 2 ** 52], [0, 2 ** 20]])));
      console.log(pool().poolLiveBytes < 1e6, tf.sum(a).dataSync()[0]);`;
    const error = 'RangeError: shape must have at most 1073741824 float32 values (onednn), got';
    expect(await output(program)).toBe(
      `${error} [70000,70000], 19600000000 bytes.\n${error} [2147553648,1], 8590214592 bytes.\n` +
        `${error} [4503599627440496,1048577], ${4503599627440496 * 1048577 * 4} bytes.\ntrue 70000\n`,
    );
  });

  test('trimming gives unused blocks back to the system', async () => {
    const program = `
      tf.dispose(tf.tidy(() => tf.square(tf.square(tf.ones([4000, 10000])))));
      const [held, before] = [pool().poolBytes, process.memoryUsage().rss];
      console.log(trimOneDnnMemory(1e12), trimOneDnnMemory() === held, pool().poolBytes);
      console.log(before - process.memoryUsage().rss > 300e6);
      console.log(message(() => trimOneDnnMemory(-1)));
      tf.removeBackend('onednn');
      console.log(message(() => trimOneDnnMemory()));`;
    expect(await output(program)).toBe(
      '0 true 0\ntrue\nRangeError: bytes must be a number >= 0 (trimOneDnnMemory), got -1.\n' +
        'Error: The onednn backend is not registered (trimOneDnnMemory): call registerOneDnnBackend().\n',
    );
  });

  test('a removed backend frees its memory, its tensors stay, and a new one can be registered', async () => {
    const program = `
      const kept = tf.tidy(() => tf.relu(tf.fill([100, 100], 3)));
      const variable = tf.tidy(() => tf.variable(tf.square(tf.ones([80, 80]))));
      const first = tf.backend();
      tf.dispose(tf.tidy(() => tf.square(tf.square(tf.ones([4000, 1000])))));
      tf.removeBackend('onednn');
      console.log(first.pool.held === first.pool.live, first.pool.live < 1e5, first.memory().plans);
      registerOneDnnBackend();
      await tf.setBackend('onednn');
      console.log(tf.backend() !== first, tf.sum(kept).dataSync()[0], tf.sum(tf.matMul(kept, kept)).dataSync()[0]);
      variable.assign(tf.neg(variable));
      console.log(variable.dataSync()[0], first.pool.held, message(() => first.pool.allocate(4)));`;
    expect(await output(program)).toBe(
      'true true 0\ntrue 30000 9000000\n-1 0 Error: This onednn backend was removed: register it again.\n',
    );
  });

  test('removing and registering thirty times leaks nothing', async () => {
    const program = `
      ${collectGarbage}
      const sizes = [];
      for (let i = 0; i < 30; i++) {
        registerOneDnnBackend();
        await tf.setBackend('onednn');
        tf.tidy(() => tf.conv2d(tf.relu(tf.ones([8, 40, 40, 16])), tf.ones([3, 3, 16, 16]), 1, 'same').dataSync());
        tf.removeBackend('onednn');
        collect();
        sizes.push(process.memoryUsage().rss);
      }
      console.log(sizes[29] - sizes[9] < 50e6 || sizes);`;
    expect(await output(program)).toBe('true\n');
  });

  test('tensors that are garbage give their blocks back, as on cpu', async () => {
    const program = `
      ${collectGarbage}
      for (let i = 0; i < 50; i++) tf.square(tf.fill([100, 100], i));
      const before = pool().poolLiveBytes;
      for (let i = 0; i < 20 && pool().poolLiveBytes > before / 2; i++) {
        collect();
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      console.log(pool().poolLiveBytes < before / 2 || [before, pool().poolLiveBytes]);`;
    expect(await output(program)).toBe('true\n');
  });

  test('every kernel throws the error of tfjs for a tensor used after dispose', async () => {
    const program = `
      const gone = tf.square(tf.ones([100, 100]));
      gone.dispose();
      const image = tf.ones([1, 50, 50, 4]);
      image.dispose();
      const uses = [tf.relu, tf.neg, tf.abs, (x) => tf.add(x, 1), (x) => tf.matMul(x, x), (x) => tf.sum(x, 0),
        (x) => tf.concat([x, x]), (x) => tf.transpose(x), (x) => x.dataSync(), (x) => tf.cast(x, 'int32')];
      const images = [(x) => tf.maxPool(x, 2, 2, 'valid'), (x) => tf.conv2d(x, tf.ones([3, 3, 4, 4]), 1, 'same')];
      const seen = [...uses.map((f) => message(() => f(gone))), ...images.map((f) => message(() => f(image)))];
      console.log([...new Set(seen)].join());`;
    expect(await output(program)).toBe('Error: Tensor is disposed.\n');
  });

  test('data() requested before a dispose has the values from before it', async () => {
    const program = `
      const x = tf.square(tf.fill([100, 100], 3));
      const promise = x.data();
      x.dispose();
      tf.square(tf.fill([100, 100], 5));
      console.log(new Set(await promise));`;
    expect(await output(program)).toBe('Set(1) { 9 }\n');
  });
});
