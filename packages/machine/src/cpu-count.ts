import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { groupFolders1, groupFolders2, readText } from './control-groups.js';

/**
 * The number of CPUs that this process may use: the CPUs of its affinity, but no more than the quota of its
 * control groups (`docker run --cpus 2`), rounded up. More threads would be stopped in the middle of a
 * barrier.
 *
 * @param root the root of the file system; tests pass another folder.
 * @param affinity the number of CPUs that the process may run on.
 * @example
 * const workers = Math.ceil(cpuCount() / 4);
 */
export function cpuCount(root = '/', affinity: number = availableParallelism()): number {
  const quotas = [...quotas2(root), ...quotas1(root)].filter((cpus) => Number.isFinite(cpus) && cpus > 0);
  return Math.max(1, Math.min(affinity, ...quotas.map(Math.ceil)));
}

/** Version 2: the file `cpu.max` has 'quota period' or 'max period', in microseconds. */
function quotas2(root: string): number[] {
  return groupFolders2(root).map((folder) => {
    const [quota, period] = readText(join(folder, 'cpu.max')).split(' ').map(Number);
    return Number(quota) / Number(period);
  });
}

/** Version 1: a quota of -1 means no quota. */
function quotas1(root: string): number[] {
  return groupFolders1(root, 'cpu').map((folder) => {
    const quota = readText(join(folder, 'cpu.cfs_quota_us'));
    return quota === '' ? Number.NaN : Number(quota) / Number(readText(join(folder, 'cpu.cfs_period_us')));
  });
}
