import {
  buildPublicSuite,
  count,
  failingOnlyThere,
  type PublicSuite,
  type SuiteRun,
} from '@alexnet/testing/public-suite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithLibrary } from '../src/testing/describe-torch.js';

/** tfjs-core 4.22.0 has 4232 tests. */
const fewest = 4000;

/** Tests that fail on torch, and why that is meant. */
const differences: Record<string, string> = {
  'maxPool backend {} [x=[3,3,1] f=[2,2] s=1 ignores NaNs':
    'PyTorch passes NaN on, as its other operators do, which shows that a run has diverged',
};

describeWithLibrary("tfjs-core's public tests", () => {
  let programs: PublicSuite;
  let cpu: SuiteRun;
  beforeAll(async () => {
    programs = await buildPublicSuite(import.meta.dirname);
    cpu = await programs.run('cpu');
  });
  afterAll(() => programs.remove());

  test('that pass on cpu pass on torch, except those listed with a reason', async () => {
    const run = await programs.run('torch');
    console.log(
      `torch: ${run.tests.length} run, ${count(run, 'passed')} passed, ${run.nativeRuns} operators`,
    );
    expect(count(cpu, 'passed')).toBeGreaterThan(fewest);
    expect(run.nativeRuns).toBeGreaterThan(2000);
    const failing = failingOnlyThere(run, cpu).map((line) => line.split(': ')[0]);
    expect(failing).toEqual(Object.keys(differences));
  });
});
