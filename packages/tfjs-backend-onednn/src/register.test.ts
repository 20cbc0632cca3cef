import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findOneDnn, registerOneDnnBackend } from './index.js';
import { type BuiltPackage, buildPackage } from './testing/child-process.js';
import { describeWithLibrary } from './testing/describe-onednn.js';

let built: BuiltPackage;
beforeAll(async () => {
  built = await buildPackage();
});
afterAll(() => built.remove());

const report = `
import { registerOneDnnBackend } from './index.js';
try { registerOneDnnBackend(); } catch (error) { console.log(error.message); process.exitCode = 3; }
`;

describe('without a usable library', () => {
  test('reports in one line what was searched and what to do', async () => {
    const { code, stdout } = await built.run(report, { ALEXNET_ONEDNN_LIBRARY: '/nonexistent' });
    expect(stdout).toBe(
      'oneDNN not found (looked in /nonexistent): apt install libdnnl2 (Debian 12) or libdnnl3.6 (Debian 13), ' +
        'or run `npm run setup`, or set ALEXNET_ONEDNN_LIBRARY to the path of a libdnnl.so.\n',
    );
    expect(code).toBe(3);
  });

  test('names a file that is not a library', async () => {
    const { stdout } = await built.run(report, { ALEXNET_ONEDNN_LIBRARY: 'package.json' });
    expect(stdout).toMatch(/^oneDNN at .*package\.json cannot be loaded: .*; apt install libdnnl2 .*\n$/);
    expect(stdout.trim()).not.toContain('\n');
  });
});

describeWithLibrary('registerOneDnnBackend', () => {
  test('registers once and returns the library in use', () => {
    const info = registerOneDnnBackend();
    expect(info).toMatchObject({ version: expect.stringMatching(/^(2\.6|3)\./), path: findOneDnn().path });
    expect(info.threads).toBeGreaterThanOrEqual(1);
    expect(registerOneDnnBackend()).toEqual(info);
    expect(tf.findBackend('onednn')).not.toBeNull();
  });

  test('skips a file that is not a library, unless it was named', async () => {
    const bad = join(built.folder, '.onednn'); // the nearest project's folder
    await mkdir(join(bad, 'lib'), { recursive: true });
    await writeFile(join(bad, 'lib', 'libdnnl.so.3'), 'no library');
    const good = findOneDnn().path as string;
    const program =
      "import { registerOneDnnBackend } from './index.js'; console.log(registerOneDnnBackend().path);";
    const environment = {
      ALEXNET_ONEDNN_LIBRARY: '',
      LD_LIBRARY_PATH: dirname(good),
    };
    const [found, named] = [
      await built.run(program, environment),
      await built.run(report, { ...environment, ALEXNET_ONEDNN_DIR: bad }),
    ];
    await rm(bad, { recursive: true });
    expect(found.code).toBe(0);
    expect(found.stdout).not.toContain(bad);
    expect(named.stdout).toMatch(/libdnnl\.so\.3 cannot be loaded: .*; apt install /);
    expect(named.code).toBe(3);
  });

  test('refuses oneDNN 2 on a CPU without AVX, where it crashes, and accepts 3', async () => {
    const { stdout } = await built.run(`${report}; console.log('end');`, { ONEDNN_MAX_CPU_ISA: 'SSE41' });
    const refused = /oneDNN 2\.\S+ at \S+ crashes on a CPU without AVX \(version 3 does not\); .*\nend\n$/;
    expect(stdout).toMatch(registerOneDnnBackend().version.startsWith('2.') ? refused : /^end\n$/);
  });

  test('a new number of threads also applies to operations that ran before', async () => {
    const { threads } = registerOneDnnBackend();
    await tf.setBackend('onednn');
    const [x, filter] = [tf.ones([32, 27, 27, 48]), tf.ones([5, 5, 48, 128])] as [tf.Tensor4D, tf.Tensor4D];
    const convolve = () =>
      tf.tidy(() => tf.slice(tf.conv2d(x, filter, 1, 'same'), 0, [1, 1, 1, 1]).dataSync());
    convolve();
    registerOneDnnBackend({ threads: 1 });
    convolve();
    const [startedAt, used] = [performance.now(), process.cpuUsage()];
    for (let i = 0; i < 5; i++) convolve();
    const { user, system } = process.cpuUsage(used);
    const busyThreads = (user + system) / 1000 / (performance.now() - startedAt);
    registerOneDnnBackend({ threads });
    tf.dispose([x, filter]);
    expect(busyThreads).toBeLessThan(1.3);
  });

  test('sets the number of threads', () => {
    const { threads } = registerOneDnnBackend();
    expect(registerOneDnnBackend({ threads: 1 }).threads).toBe(1);
    registerOneDnnBackend({ threads });
    expect(() => registerOneDnnBackend({ threads: 0 })).toThrow(
      'threads must be a whole number >= 1 (registerOneDnnBackend), got 0.',
    );
  });

  test('obeys OMP_NUM_THREADS', async () => {
    const program =
      "import { registerOneDnnBackend } from './index.js'; console.log(registerOneDnnBackend().threads);";
    expect((await built.run(program, { OMP_NUM_THREADS: '3' })).stdout).toBe('3\n');
  });

  test('a process that has trained ends with exit code 0', async () => {
    const program = `
      import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
      import '@tensorflow/tfjs-layers';
      import { registerOneDnnBackend } from './index.js';
      registerOneDnnBackend();
      await tf.setBackend('onednn');
      const x = tf.randomNormal([16, 16, 16, 8], 0, 1, 'float32', 1);
      const w = tf.variable(tf.randomNormal([3, 3, 8, 16], 0, 0.1, 'float32', 2));
      const optimizer = tf.train.sgd(0.1);
      const loss = () => tf.mean(tf.square(tf.sub(tf.relu(tf.conv2d(x, w, 1, 'same')), 1)));
      const losses = [];
      for (let i = 0; i < 5; i++) losses.push(optimizer.minimize(loss, true).dataSync()[0]);
      console.log(losses[4] < losses[0]);`;
    const { code, stdout } = await built.run(program);
    expect(stdout).toBe('true\n');
    expect(code).toBe(0);
  });

  test('the ESM and the CJS copy of the package share one backend', async () => {
    const program = `
      import { createRequire } from 'node:module';
      import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
      import { registerOneDnnBackend } from './index.js';
      const copy = createRequire(import.meta.url)('./index.cjs');
      registerOneDnnBackend();
      const backend = tf.findBackend('onednn');
      console.log(copy.registerOneDnnBackend({ threads: 1 }).threads, tf.findBackend('onednn') === backend);`;
    const { stdout, stderr } = await built.run(program);
    expect(stderr).toBe('');
    expect(stdout).toBe('1 true\n');
  });
});
