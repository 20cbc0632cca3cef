import { afterEach, expect, test, vi } from 'vitest';
import { nextFaster } from './next-faster.js';

afterEach(() => vi.unstubAllEnvs());

test.each([
  [undefined, 'alexnet doctor --backend onednn'],
  ['npx', 'npx alexnet doctor --backend onednn'],
  ['alexnet', 'npm run alexnet -- doctor --backend onednn'],
])('started by the npm script %s, it suggests the command `%s`', async (script, command) => {
  vi.stubEnv('npm_lifecycle_event', script);
  const probe = { name: 'onednn', found: true, reason: 'works' } as const;
  expect((await nextFaster('cpu', [probe]))?.commands).toEqual([command]);
});
