import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { automaticBackends, backendNames } from '@alexnet/backends';
import { findOneDnn } from '@alexnet/tfjs-backend-onednn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DoctorReport } from '../doctor/doctor-report.js';
import { alexnet, type Ended, temporaryFolder } from '../testing/alexnet.js';
import { inProcess } from '../testing/in-process.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

const { path: library } = findOneDnn();
const without = { ALEXNET_ONEDNN_LIBRARY: '/nonexistent' };
const doctor = (args: string, env: Record<string, string> = {}): Promise<Ended> =>
  alexnet(folder.path, `doctor ${args}`.trim(), { env });
const report = ({ stdout }: Ended): DoctorReport => JSON.parse(stdout);

describe('alexnet doctor', () => {
  test('names every backend, the chosen one, and a reason for each', async () => {
    const ended = await doctor('--no-speed-test --json');
    expect(ended.code, ended.stderr).toBe(0);
    const { backends, chosen, speed } = report(ended);
    expect(backends.map(({ name }) => name)).toEqual([...backendNames]);
    expect(backends.every(({ reason }) => reason !== '' && !reason.includes('\n'))).toBe(true);
    const order = await automaticBackends();
    const works = (name: string) => backends.some((probe) => probe.name === name && probe.found);
    expect(chosen).toBe(order.find(works));
    if (library && order[0] === 'onednn') expect(chosen).toBe('onednn');
    expect(speed).toBeUndefined();
  });

  test('without oneDNN it uses wasm and says what to install', async () => {
    const ended = await doctor('--no-speed-test --json', without);
    const { backends, chosen, next } = report(ended);
    expect(ended.code, ended.stderr).toBe(0);
    expect(chosen).not.toBe('onednn');
    expect(backends[0]).toMatchObject({
      found: false,
      reason: expect.stringMatching(/\/nonexistent.* install /),
    });
    if (chosen === 'wasm') expect(next).toMatchObject({ backend: 'onednn' });
    expect(next?.commands).not.toEqual([]);
  });

  test.each(['text', 'half'])('continues if the library is a %s file', async (kind) => {
    const path = join(folder.path, `${kind}.so`);
    const whole = await readFile(kind === 'half' && library ? library : fileURLToPath(import.meta.url));
    await writeFile(path, whole.subarray(0, whole.length / 2));
    const ended = await doctor('--no-speed-test --json', { ALEXNET_ONEDNN_LIBRARY: path });
    expect(ended.code, ended.stderr).toBe(0);
    const { backends, next } = report(ended);
    expect(backends[0]).toMatchObject({ name: 'onednn', found: false });
    expect(backends[0]?.reason).toContain(path);
    expect(backends[0]?.reason).toMatch(/install|ALEXNET_ONEDNN_LIBRARY/);
    expect(next?.commands[0]).toBe('unset ALEXNET_ONEDNN_LIBRARY');
  });

  test('measures the requested backend', async () => {
    const ended = await doctor('--backend wasm --json');
    expect(ended.code, ended.stderr).toBe(0);
    const { chosen, speed, load } = report(ended);
    expect(chosen).toBe('wasm');
    expect(load?.cpus).toBeGreaterThan(0);
    for (const rate of [speed?.matrixProduct, speed?.forward, speed?.training]) {
      expect(rate?.n).toBeGreaterThanOrEqual(3);
      expect(rate?.low).toBeGreaterThan(0);
      expect(rate?.median).toBeGreaterThanOrEqual(rate?.low ?? Number.NaN);
      expect(rate?.high).toBeGreaterThanOrEqual(rate?.median ?? Number.NaN);
    }
  });

  test('prints a table without colour codes if stdout is not a terminal, in CI too', async () => {
    const { stdout, code } = await doctor('--no-speed-test', { CI: 'true' });
    expect(code).toBe(0);
    for (const name of backendNames) expect(stdout).toContain(name);
    expect(stdout).not.toContain('\x1b');
    expect(
      Math.max(...stdout.split('\n').map((line) => (line.includes('/') ? 0 : line.length))),
    ).toBeLessThanOrEqual(80);
  });

  test('for a backend that does not work it prints the table and one line on stderr, with exit code 1', async () => {
    const ended = await doctor('--backend onednn --no-speed-test', without);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain('× onednn');
    expect(ended.stderr.split('\n').filter((line) => line.startsWith('alexnet: '))).toHaveLength(1);
  });

  test('an unknown backend is exit code 2', async () => {
    const ended = await inProcess(folder.path, 'doctor --backend cuda');
    expect(ended.code).toBe(2);
    expect(ended.stdout).toBe('');
  });
});
