import { readdirSync, readFileSync } from 'node:fs';
import koffi from 'koffi';
import type { OneDnnApi } from './c-api.js';

/** `omp_pause_hard`. */
const pauseHard = 2;

/** Where one is set, OpenMP puts its threads on cores by itself. */
const openMpBindings = ['GOMP_CPU_AFFINITY', 'OMP_PLACES', 'OMP_PROC_BIND'];

/**
 * Lets the calling thread run on these CPUs only, and the OpenMP threads that it computes with: those it has end, and
 * the next ones inherit its affinity. So do threads and processes that it starts later.
 *
 * @throws RangeError, which names them, unless all are CPUs that this process may use; Error where the cores cannot be
 * chosen (not Linux, or OpenMP was told where to run).
 */
export function useCores(api: OneDnnApi, cores: readonly number[]): void {
  checkCores(cores);
  api.ompPauseResourceAll(pauseHard);
  const mask = new Uint8Array(8 * Math.ceil((Math.max(...cores) + 1) / 64));
  for (const core of cores) mask[core >> 3] = (mask[core >> 3] ?? 0) | (1 << (core & 7));
  const setAffinity = koffi
    .load('libc.so.6')
    .func('int sched_setaffinity(int thread, size_t bytes, void* mask)');
  if (setAffinity(0, mask.byteLength, mask) === 0) return;
  throw new Error(`The system refused cores [${cores}] (registerOneDnnBackend): errno ${koffi.errno()}.`);
}

function checkCores(cores: readonly number[]): void {
  const where = 'registerOneDnnBackend';
  if (process.platform !== 'linux') {
    throw new Error(`cores can be chosen on Linux only (${where}), this is ${process.platform}.`);
  }
  const binding = openMpBindings.find((name) => !/^(false)?$/i.test(process.env[name] ?? ''));
  if (binding) throw new Error(`cores cannot be chosen where ${binding} is set (${where}): unset it.`);
  if (cores.length === 0 || !cores.every((core) => Number.isInteger(core) && core >= 0)) {
    throw new RangeError(`cores must be one or more whole numbers >= 0 (${where}), got [${cores}].`);
  }
  const allowed = allowedCores();
  const missing = cores.filter((core) => !allowed.has(core));
  if (missing.length === 0) return;
  throw new RangeError(
    `cores must be among the CPUs that this process may use, ${[...allowed].join(', ')} (${where}), got [${cores}]: ` +
      `${missing.join(', ')} cannot be had (no such CPU, or a cpuset or taskset forbids it).`,
  );
}

/** CPUs that any thread of this process may use: a single one may have chosen its own cores before. */
function allowedCores(): Set<number> {
  const folder = '/proc/self/task';
  const lists = readdirSync(folder).map((thread) => allowedList(`${folder}/${thread}/status`));
  return new Set(lists.flatMap(parseCpuList).sort((a, b) => a - b));
}

function allowedList(path: string): string {
  try {
    return /^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync(path, 'utf8'))?.[1] ?? '';
  } catch {
    return ''; // the thread has ended since
  }
}

/** The kernel's '0-2,7' as [0, 1, 2, 7]. */
function parseCpuList(list: string): number[] {
  return list
    .split(',')
    .filter(Boolean)
    .flatMap((range) => {
      const [first = 0, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
}
