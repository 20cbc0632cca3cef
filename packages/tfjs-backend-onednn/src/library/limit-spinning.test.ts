import { expect, test } from 'vitest';
import { limitSpinning } from './limit-spinning.js';

test('sets the rounds that a waiting thread spins, and leaves a choice of the user alone', () => {
  const free: NodeJS.ProcessEnv = {};
  limitSpinning(free);
  expect(free).toEqual({ GOMP_SPINCOUNT: '2000' });
  for (const chosen of [{ OMP_WAIT_POLICY: 'active' }, { GOMP_SPINCOUNT: '5' }]) {
    const environment: NodeJS.ProcessEnv = { ...chosen };
    limitSpinning(environment);
    expect(environment).toEqual(chosen);
  }
});
