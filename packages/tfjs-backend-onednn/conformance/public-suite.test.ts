import {
  buildPublicSuite,
  count,
  failingOnlyThere,
  type PublicSuite,
  type SuiteRun,
  testFilesOf,
} from '@alexnet/testing/public-suite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithLibrary } from '../src/testing/describe-onednn.js';

/** tfjs-core 4.22.0 has 4232 tests. */
const fewest = 4000;

describeWithLibrary("tfjs-core's public tests", () => {
  let programs: PublicSuite;
  let cpu: SuiteRun;
  beforeAll(async () => {
    programs = await buildPublicSuite(import.meta.dirname);
    cpu = await programs.run('cpu');
    print('cpu', cpu);
  });
  afterAll(() => programs.remove());

  const print = (name: string, run: SuiteRun): void => {
    const [passed, failed] = [count(run, 'passed'), count(run, 'failed')];
    const pending = run.tests.length - passed - failed;
    console.log(
      `${name}: ${run.tests.length} run, ${passed} passed, ${failed} failed, ${pending} pending, ` +
        `${run.nativeRuns} native operations`,
    );
  };

  test('pass on cpu, in the expected number', () => {
    expect(count(cpu, 'passed')).toBeGreaterThan(fewest);
    expect(cpu.nativeRuns).toBe(0);
  });

  test('that pass on cpu pass on onednn', async () => {
    const run = await programs.run('onednn');
    print('onednn', run);
    expect(failingOnlyThere(run, cpu)).toEqual([]);
  });

  test('that pass on cpu pass on onednn if tensors of one value are native too', async () => {
    const run = await programs.run('onednn', { ALEXNET_ONEDNN_SMALLEST: '1' });
    print('onednn, everything native', run);
    expect(run.nativeRuns).toBeGreaterThan(2000);
    expect(failingOnlyThere(run, cpu)).toEqual([]);
  });

  test.each(['@tensorflow/tfjs-layers', '@tensorflow/tfjs-backend-cpu'])(
    'are not shipped with %s',
    async (name) => {
      expect(await testFilesOf(name)).toEqual([]);
    },
  );
});
