import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

/**
 * CPUs that this process may use: those of its affinity, and no more than its control groups' quota allows
 * (`docker run --cpus 2`), rounded up. More threads than that would be stopped in the middle of a barrier.
 *
 * @param root the file system's root, another one in tests.
 */
export function cpuCount(root = '/', affinity: number = availableParallelism()): number {
  const quotas = [...quotas2(root), ...quotas1(root)].filter((cpus) => Number.isFinite(cpus) && cpus > 0);
  return Math.max(1, Math.min(affinity, ...quotas.map(Math.ceil)));
}

/** Version 2: `cpu.max` of the group and all above it holds 'quota period' or 'max period', in microseconds. */
function quotas2(root: string): number[] {
  return groups(root, /^0::(.*)$/m).flatMap((group) => {
    const [quota, period] = read(join(root, 'sys/fs/cgroup', group, 'cpu.max'))
      .split(' ')
      .map(Number);
    return [Number(quota) / Number(period)];
  });
}

/** Version 1: a quota of -1 is none. */
function quotas1(root: string): number[] {
  return groups(root, /^\d+:(?:[^:]*,)?cpu(?:,[^:]*)?:(.*)$/m).flatMap((group) =>
    ['cpu', 'cpu,cpuacct'].map((controller) => {
      const folder = join(root, 'sys/fs/cgroup', controller, group);
      const quota = read(join(folder, 'cpu.cfs_quota_us'));
      return quota === '' ? Number.NaN : Number(quota) / Number(read(join(folder, 'cpu.cfs_period_us')));
    }),
  );
}

/** The process's group and those above it, to the root, which is all that a container may see. */
function groups(root: string, line: RegExp): string[] {
  const path = line.exec(read(join(root, 'proc/self/cgroup')))?.[1];
  if (path === undefined) return [];
  const parts = path.split('/').filter((part) => part && part !== '..');
  return parts.map((_, i) => parts.slice(0, i + 1).join('/')).concat('');
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return ''; // not a Linux system, or a group that is not to be seen from here
  }
}
