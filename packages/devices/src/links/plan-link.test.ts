import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { processDevice } from '../devices/process-device.js';
import { planLink } from './plan-link.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plan-link-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

test.runIf(process.platform !== 'win32').each([
  ['missing', 'missing'],
  ['too long for the path of a socket', 'x'.repeat(100)],
])('two processes are linked by a socket if TMPDIR is %s', async (kind, name) => {
  const temporary = join(folder, name);
  if (kind !== 'missing') await mkdir(temporary);
  vi.stubEnv('TMPDIR', temporary);
  const devices = [processDevice({ name: 'cpu' }), processDevice({ name: 'cpu' })] as const;
  const { plans, forget } = await planLink(devices, [], 1);
  const [listen, connect] = plans.map(({ plan }) => plan);
  if (listen?.type !== 'listen' || connect?.type !== 'connect') throw new Error('not linked by a socket');
  expect(connect.path).toBe(listen.path);
  expect(listen.path).not.toContain(temporary);
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.on('error', reject).listen(listen.path, resolve));
  await new Promise((resolve) => server.close(resolve));
  await forget();
  expect(existsSync(dirname(listen.path))).toBe(false);
});
