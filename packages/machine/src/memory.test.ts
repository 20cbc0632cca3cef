import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { memory } from './memory.js';

const GiB = 2 ** 30;
let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'memory-'));
  await files({ 'proc/meminfo': `MemTotal: ${64 * 2 ** 20} kB\nMemAvailable:   ${50 * 2 ** 20} kB` });
});
afterEach(() => rm(root, { recursive: true }));

async function files(contents: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(contents)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), `${text}\n`);
  }
}

test('without control groups the machine decides', () => {
  expect(memory(root, 64 * GiB)).toEqual({ machine: 64 * GiB, free: 50 * GiB });
});

test('version 2: the limit, and what is free in it with the file cache', async () => {
  await files({
    'proc/self/cgroup': '0::/',
    'sys/fs/cgroup/memory.max': String(4 * GiB),
    'sys/fs/cgroup/memory.current': String(3 * GiB),
    'sys/fs/cgroup/memory.stat': `anon 7\ninactive_file ${2 * GiB}\nactive_file 1`,
  });
  expect(memory(root, 64 * GiB)).toEqual({ machine: 64 * GiB, limit: 4 * GiB, free: 3 * GiB });
});

test('version 2: the narrowest group on the way up decides, and "max" is no limit', async () => {
  await files({
    'proc/self/cgroup': '0::/jobs.slice/job.scope',
    'sys/fs/cgroup/jobs.slice/job.scope/memory.max': 'max',
    'sys/fs/cgroup/jobs.slice/job.scope/memory.current': String(GiB),
    'sys/fs/cgroup/jobs.slice/memory.max': String(2 * GiB),
    'sys/fs/cgroup/jobs.slice/memory.current': String(3 * GiB),
  });
  expect(memory(root, 64 * GiB)).toEqual({ machine: 64 * GiB, limit: 2 * GiB, free: 0 });
});

test.each([
  [String(2 * GiB), 2 * GiB, GiB],
  ['9223372036854771712', undefined, 50 * GiB],
])('version 1: limit_in_bytes of %s gives %s', async (text, limit, free) => {
  await files({
    'proc/self/cgroup': '9:cpu,cpuacct:/docker/abc\n8:memory:/docker/abc',
    'sys/fs/cgroup/memory/memory.limit_in_bytes': text,
    'sys/fs/cgroup/memory/memory.usage_in_bytes': String(1.5 * GiB),
    'sys/fs/cgroup/memory/memory.stat': `inactive_file 1\ntotal_inactive_file ${0.5 * GiB}`,
  });
  expect(memory(root, 64 * GiB)).toEqual({ machine: 64 * GiB, ...(limit && { limit }), free });
});

test('a limit above the memory of the machine is none', async () => {
  await files({ 'proc/self/cgroup': '0::/', 'sys/fs/cgroup/memory.max': String(99 * GiB) });
  expect(memory(root, 64 * GiB)).toEqual({ machine: 64 * GiB, free: 50 * GiB });
});

test('on this machine, what is free is at most what there is', () => {
  const { machine, limit = machine, free } = memory();
  expect(limit).toBeLessThanOrEqual(machine);
  expect(free).toBeLessThanOrEqual(limit);
  expect(free).toBeGreaterThan(0);
});
