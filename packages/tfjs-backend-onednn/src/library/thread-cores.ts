import { readdirSync, readFileSync } from 'node:fs';
import koffi from 'koffi';
import type { OneDnnApi } from './c-api.js';

/** `omp_pause_hard`. */
const pauseHard = 2;

/** Variables that make OpenMP place its threads on cores by itself. */
const openMpBindings = ['GOMP_CPU_AFFINITY', 'OMP_PLACES', 'OMP_PROC_BIND'];

/**
 * Restricts the calling thread and the OpenMP threads that it computes with to these CPUs. The OpenMP threads
 * that it has are ended; new ones, and all threads and processes that it starts later, inherit its affinity.
 *
 * @throws RangeError that names the CPUs that this process may not use; Error if the cores cannot be chosen,
 * because this is not Linux or the environment tells OpenMP where to run.
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
  if (binding) throw new Error(`cores cannot be chosen while ${binding} is set (${where}): unset it.`);
  if (cores.length === 0 || !cores.every((core) => Number.isInteger(core) && core >= 0)) {
    throw new RangeError(`cores must be one or more whole numbers >= 0 (${where}), got [${cores}].`);
  }
  const allowed = allowedCores();
  const missing = cores.filter((core) => !allowed.has(core));
  if (missing.length === 0) return;
  throw new RangeError(
    `cores must be among the CPUs that this process may use, ${[...allowed].join(', ')} (${where}), got [${cores}]: ` +
      `${missing.join(', ')} cannot be used (no such CPU, or excluded by a cpuset or taskset).`,
  );
}

/**
 * The CPUs that any thread of this process may use, since the calling thread may already have restricted
 * itself.
 */
function allowedCores(): Set<number> {
  const folder = '/proc/self/task';
  const lists = readdirSync(folder).map((thread) => allowedList(`${folder}/${thread}/status`));
  return new Set(lists.flatMap(parseCpuList).sort((a, b) => a - b));
}

function allowedList(path: string): string {
  try {
    return /^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync(path, 'utf8'))?.[1] ?? '';
  } catch {
    return ''; // the thread has ended in the meantime
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
