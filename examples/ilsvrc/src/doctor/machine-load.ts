import { readFile } from 'node:fs/promises';
import { cpus as allCpus, availableParallelism, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** What else runs on this machine. */
export interface MachineLoad {
  /** CPUs that this process may use. */
  cpus: number;
  /** Load averages of 1 and 5 minutes; this program's own share fades in with them. */
  average: [number, number];
  /** Processes that wanted a CPU just now, this one aside; absent where the system does not say (no Linux). */
  runnable?: number;
  /** Whether more would want a CPU than there are, so that a speed measured now would be too low. */
  isBusy: boolean;
}

const SAMPLES = 9;
const BETWEEN_SAMPLES_MS = 40;

/** Looks for a third of a second; to be called while this program itself is idle. */
export async function machineLoad(): Promise<MachineLoad> {
  const cpus = availableParallelism();
  const [one = 0, five = 0] = loadavg();
  const samples: number[] = [];
  for (let i = 0; i < SAMPLES; i++) {
    const runnable = await runnableNow();
    if (runnable === undefined) break;
    samples.push(runnable);
    await sleep(BETWEEN_SAMPLES_MS);
  }
  const runnable = samples.sort((a, b) => a - b)[Math.floor(samples.length / 2)];
  const isBusy =
    (runnable ?? one) + cpus > Math.max(cpus, allCpus().length) + (runnable === undefined ? 0.5 : 0);
  return { cpus, average: [one, five], ...(runnable !== undefined && { runnable }), isBusy };
}

/** From '0.20 0.18 0.12 3/214 11206': 3 of 214 want a CPU, this one included. */
async function runnableNow(): Promise<number | undefined> {
  const text = await readFile('/proc/loadavg', 'utf8').catch(() => '');
  const runnable = /(\d+)\/\d+/.exec(text)?.[1];
  return runnable === undefined ? undefined : Math.max(0, Number(runnable) - 1);
}
