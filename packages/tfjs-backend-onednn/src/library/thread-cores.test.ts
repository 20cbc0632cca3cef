import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BuiltPackage, buildPackage } from '../testing/child-process.js';
import { describeWithLibrary } from '../testing/describe-onednn.js';

/** `use(options)` registers, computes and returns the CPUs that this thread and its OpenMP threads may use. */
const begin = `
  import * as tf from '@tensorflow/tfjs-core';
  import { readdirSync, readFileSync } from 'node:fs';
  import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
  import { registerOneDnnBackend } from './index.js';
  tf.enableProdMode();
  const listOf = (thread) => /Cpus_allowed_list:\\s*(.*)/.exec(readFileSync('/proc/' + thread + '/status', 'utf8'))[1];
  const openMp = () => readdirSync('/proc/self/task').filter((id) => !before.has(id)).map((id) => listOf('self/task/' + id));
  let before;
  async function use(options) {
    before ??= new Set(readdirSync('/proc/self/task'));
    const { threads } = registerOneDnnBackend(options);
    await tf.setBackend('onednn');
    tf.tidy(() => tf.matMul(tf.ones([300, 300]), tf.ones([300, 300])).dataSync());
    await new Promise((resolve) => setTimeout(resolve, 50));
    return [threads, listOf('thread-self'), openMp().join()].join(' ');
  }
  const message = (f) => { try { f(); return 'no error'; } catch (error) { return error.name + ': ' + error.message; } };
`;

const allowed = /^Cpus_allowed_list:\s*(.*)$/m.exec(
  process.platform === 'linux' ? readFileSync('/proc/self/status', 'utf8') : '',
)?.[1];
/** The first and the last CPU that a test may use, which are the same if there is only one. */
const [first, last] = [/^\d+/, /\d+$/].map((end) => Number(end.exec(allowed ?? '')?.[0])) as [number, number];

describeWithLibrary(
  'cores',
  () => {
    let built: BuiltPackage;
    beforeAll(async () => {
      built = await buildPackage();
    });
    afterAll(() => built.remove());

    const output = (program: string, environment?: NodeJS.ProcessEnv): Promise<string> =>
      built.output(`${begin} ${program}`, environment);

    test('apply to the calling worker and its OpenMP threads, not to the process', async () => {
      const program = `
      if (isMainThread) {
        for (const cores of [[${first}], [${last}]]) {
          const worker = new Worker(new URL(import.meta.url), { workerData: { cores, threads: 3 } });
          const gone = new Promise((resolve) => worker.on('exit', resolve));
          console.log(await new Promise((resolve, reject) => worker.on('message', resolve).on('error', reject)));
          await gone;
        }
        console.log(listOf('self'));
      } else {
        parentPort.postMessage(await use(workerData));
      }`;
      expect(await output(program)).toBe(
        `3 ${first} ${first},${first}\n3 ${last} ${last},${last}\n${allowed}\n`,
      );
    });

    test('set the number of threads, and can be changed', async () => {
      const program = `
      console.log(await use({ threads: 2 }));
      console.log(await use({ cores: [${last}, ${last}] }));
      console.log(await use({ cores: [${first}], threads: 2 }));
      tf.removeBackend('onednn');
      console.log(await use({ cores: [${last}] }));`;
      expect(await output(program, { OMP_NUM_THREADS: '3' })).toBe(
        `2 ${allowed} ${allowed}\n1 ${last} \n2 ${first} ${first}\n1 ${last} \n`,
      );
    });

    test('that cannot be used are named, and nothing changes', async () => {
      const program = `
      for (const cores of [[], [0.5], [${first}, 4095]]) console.log(message(() => registerOneDnnBackend({ cores })));
      console.log(await use({ threads: 1 }));
      process.env.OMP_PROC_BIND = 'close';
      console.log(message(() => registerOneDnnBackend({ cores: [${first}] })));`;
      const rule = 'RangeError: cores must be';
      const lines = (await output(program)).split('\n');
      expect(lines.slice(0, 2)).toEqual(
        ['', '0.5'].map(
          (got) => `${rule} one or more whole numbers >= 0 (registerOneDnnBackend), got [${got}].`,
        ),
      );
      expect(lines[2]).toMatch(
        /among the CPUs that this process may use, \d.* \(registerOneDnnBackend\), got \[\d+,4095\]: 4095 cannot be used/,
      );
      expect(lines.slice(3)).toEqual([
        `1 ${allowed} `,
        'Error: cores cannot be chosen while OMP_PROC_BIND is set (registerOneDnnBackend): unset it.',
        '',
      ]);
    });
  },
  allowed !== undefined,
);
