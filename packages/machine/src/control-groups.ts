import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A controller of control groups whose limits this package reads. */
export type Controller = 'cpu' | 'memory';

/**
 * The folders of the process's control groups of version 2, from its own group up to the root. The limit of
 * every one of them holds. The root may be all that a container sees.
 */
export function groupFolders2(root: string): string[] {
  return ['sys/fs/cgroup', 'sys/fs/cgroup/unified'].flatMap((mount) =>
    groups(root, /^0::(.*)$/m).map((group) => join(root, mount, group)),
  );
}

/** The same for a controller of version 1, where the CPU controller has two names. */
export function groupFolders1(root: string, controller: Controller): string[] {
  const line = new RegExp(`^\\d+:(?:[^:]*,)?${controller}(?:,[^:]*)?:(.*)$`, 'm');
  const mounts = controller === 'cpu' ? ['cpu', 'cpu,cpuacct', 'cpuacct,cpu'] : [controller];
  return mounts.flatMap((mount) =>
    groups(root, line).map((group) => join(root, 'sys/fs/cgroup', mount, group)),
  );
}

function groups(root: string, line: RegExp): string[] {
  const path = line.exec(readText(join(root, 'proc/self/cgroup')))?.[1];
  if (path === undefined) return [];
  const parts = path.split('/').filter((part) => part && part !== '..');
  return parts.map((_, i) => parts.slice(0, i + 1).join('/')).concat('');
}

/** The text of a file of the system, or '' if there is none that this process can see. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return ''; // not a Linux system, or a group that is not visible here
  }
}
