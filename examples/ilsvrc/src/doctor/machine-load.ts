import { readFile } from 'node:fs/promises';
import { cpus as allCpus, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuCount } from '@alexnet/machine';
import { defined } from '../defined.js';

/** The load of the machine by other programs. */
export interface MachineLoad {
  /** CPUs that this process may use. */
  cpus: number;
  /** Load averages over 1 and 5 minutes. They include this program, with a delay. */
  average: [number, number];
  /** Other processes that are running or waiting for a CPU. Only Linux reports this. */
  runnable?: number;
  /** Whether more processes need a CPU than there are, so that measured speeds would be too low. */
  isBusy: boolean;
}

const SAMPLES = 9;
const BETWEEN_SAMPLES_MS = 40;

/** Measures for a third of a second. Must be called while this program is idle. */
export async function machineLoad(): Promise<MachineLoad> {
  const cpus = cpuCount();
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
  return { cpus, average: [one, five], ...defined({ runnable }), isBusy };
}

/** In '0.20 0.18 0.12 3/214 11206', 3 of 214 processes need a CPU, including this one. */
async function runnableNow(): Promise<number | undefined> {
  const text = await readFile('/proc/loadavg', 'utf8').catch(() => '');
  const runnable = /(\d+)\/\d+/.exec(text)?.[1];
  return runnable === undefined ? undefined : Math.max(0, Number(runnable) - 1);
}
