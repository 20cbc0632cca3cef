import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cpuCount } from './cpu-count.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cpu-count-'));
});
afterEach(() => rm(root, { recursive: true }));

async function files(contents: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(contents)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), `${text}\n`);
  }
}

test('without control groups the affinity decides', () => {
  expect(cpuCount(root, 6)).toBe(6);
});

test.each([
  ['200000 100000', 2],
  ['250000 100000', 3],
  ['10000 100000', 1],
  ['max 100000', 8],
  ['3200000 100000', 8],
])('version 2: cpu.max "%s" gives %i of 8', async (max, cpus) => {
  await files({ 'proc/self/cgroup': '0::/', 'sys/fs/cgroup/cpu.max': max });
  expect(cpuCount(root, 8)).toBe(cpus);
});

test('version 2: the narrowest group on the way up decides', async () => {
  await files({
    'proc/self/cgroup': '0::/user.slice/job.scope',
    'sys/fs/cgroup/user.slice/job.scope/cpu.max': 'max 100000',
    'sys/fs/cgroup/user.slice/cpu.max': '300000 100000',
  });
  expect(cpuCount(root, 8)).toBe(3);
});

test.each([
  ['150000', 2],
  ['-1', 8],
])('version 1: a quota of %s gives %i of 8', async (quota, cpus) => {
  await files({
    'proc/self/cgroup': '5:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc',
    'sys/fs/cgroup/cpu/cpu.cfs_quota_us': quota,
    'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000',
  });
  expect(cpuCount(root, 8)).toBe(cpus);
});

test('version 1: only the cpu controller counts, not one with a similar name', async () => {
  await files({
    'proc/self/cgroup': '3:cpuset:/a\n2:cpu:/b',
    'sys/fs/cgroup/cpu/a/cpu.cfs_quota_us': '100000',
    'sys/fs/cgroup/cpu/a/cpu.cfs_period_us': '100000',
    'sys/fs/cgroup/cpu/b/cpu.cfs_quota_us': '400000',
    'sys/fs/cgroup/cpu/b/cpu.cfs_period_us': '100000',
  });
  expect(cpuCount(root, 8)).toBe(4);
});
