import { expect, test } from 'vitest';
import { limitSpinning } from './limit-spinning.js';

test('sets how long a waiting thread spins, unless the user has chosen', () => {
  const free: NodeJS.ProcessEnv = {};
  limitSpinning(free);
  expect(free).toEqual({ GOMP_SPINCOUNT: '2000' });
  for (const chosen of [{ OMP_WAIT_POLICY: 'active' }, { GOMP_SPINCOUNT: '5' }]) {
    const environment: NodeJS.ProcessEnv = { ...chosen };
    limitSpinning(environment);
    expect(environment).toEqual(chosen);
  }
});
