import { freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { groupFolders1, groupFolders2, readText } from './control-groups.js';

/** The memory of the machine and of this process's share of it, in bytes. */
export interface Memory {
  /** What the machine has. */
  readonly machine: number;
  /** What the process's control groups allow (`docker run --memory 2g`), if that is less. */
  readonly limit?: number;
  /** What this process can still use. The file cache of the system counts as free. */
  readonly free: number;
}

/**
 * The memory that this process may use.
 *
 * @param root the root of the file system; tests pass another folder.
 * @param machine the memory of the machine in bytes.
 * @example
 * const { machine, limit = machine, free } = memory();
 */
export function memory(root = '/', machine: number = totalmem()): Memory {
  const groups = [...groups2(root), ...groups1(root)].filter(({ limit }) => limit < machine);
  const free = Math.min(machineFree(root), ...groups.map(({ limit, used }) => Math.max(0, limit - used)));
  if (groups.length === 0) return { machine, free };
  return { machine, limit: Math.min(...groups.map(({ limit }) => limit)), free };
}

interface Group {
  /** Infinity or a huge number if there is no limit. */
  limit: number;
  /** Memory in use that the kernel cannot reclaim by dropping files from its cache. */
  used: number;
}

/** Version 2: the file `memory.max` has a number of bytes or 'max'. */
function groups2(root: string): Group[] {
  return groupFolders2(root).map((folder) => ({
    limit: bytes(readText(join(folder, 'memory.max'))),
    used: usedOf(folder, 'memory.current', 'inactive_file'),
  }));
}

/** Version 1: without a limit, the file has the largest multiple of a page, about 9.2e18. */
function groups1(root: string): Group[] {
  return groupFolders1(root, 'memory').map((folder) => ({
    limit: bytes(readText(join(folder, 'memory.limit_in_bytes'))),
    used: usedOf(folder, 'memory.usage_in_bytes', 'total_inactive_file'),
  }));
}

function bytes(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY;
}

function usedOf(folder: string, usage: string, cache: string): number {
  const reclaimable = new RegExp(`^${cache} (\\d+)$`, 'm').exec(readText(join(folder, 'memory.stat')))?.[1];
  return Math.max(0, Number(readText(join(folder, usage))) - Number(reclaimable ?? 0));
}

function machineFree(root: string): number {
  const kibibytes = /MemAvailable:\s+(\d+) kB/.exec(readText(join(root, 'proc/meminfo')))?.[1];
  return kibibytes === undefined ? freemem() : Number(kibibytes) * 1024;
}
