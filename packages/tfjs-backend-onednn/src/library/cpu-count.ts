import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

/**
 * The number of CPUs that this process may use: the CPUs of its affinity, but no more than the quota of its
 * control groups (`docker run --cpus 2`), rounded up. More threads would be stopped in the middle of a
 * barrier.
 *
 * @param root the root of the file system; tests pass another folder.
 */
export function cpuCount(root = '/', affinity: number = availableParallelism()): number {
  const quotas = [...quotas2(root), ...quotas1(root)].filter((cpus) => Number.isFinite(cpus) && cpus > 0);
  return Math.max(1, Math.min(affinity, ...quotas.map(Math.ceil)));
}

/**
 * Version 2: the group and all its ancestors have a file `cpu.max` with 'quota period' or 'max period', in
 * microseconds.
 */
function quotas2(root: string): number[] {
  return groups(root, /^0::(.*)$/m).flatMap((group) => {
    const [quota, period] = read(join(root, 'sys/fs/cgroup', group, 'cpu.max'))
      .split(' ')
      .map(Number);
    return [Number(quota) / Number(period)];
  });
}

/** Version 1: a quota of -1 means no quota. */
function quotas1(root: string): number[] {
  return groups(root, /^\d+:(?:[^:]*,)?cpu(?:,[^:]*)?:(.*)$/m).flatMap((group) =>
    ['cpu', 'cpu,cpuacct'].map((controller) => {
      const folder = join(root, 'sys/fs/cgroup', controller, group);
      const quota = read(join(folder, 'cpu.cfs_quota_us'));
      return quota === '' ? Number.NaN : Number(quota) / Number(read(join(folder, 'cpu.cfs_period_us')));
    }),
  );
}

/** The process's group and its ancestors up to the root, which may be all that a container sees. */
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
    return ''; // not a Linux system, or a group that is not visible here
  }
}
