import { automaticBackends, type BackendName, type BackendOptions, useBackend } from '@alexnet/backends';
import * as tf from '@tensorflow/tfjs-core';
import { Command } from 'commander';
import { nowDoing } from '../cli/now-doing.js';
import { printResult, type ResultOptions } from '../cli/print-result.js';
import { coloursFor } from '../cli/terminal.js';
import { defined } from '../defined.js';
import { type DoctorReport, doctorReport } from '../doctor/doctor-report.js';
import { machineLoad } from '../doctor/machine-load.js';
import { nextFaster } from '../doctor/next-faster.js';
import { type Probe, probeBackends } from '../doctor/probe-backends.js';
import { speedTest } from '../doctor/speed-test.js';
import type { BackendChoice, BackendSelection } from '../run/start-backend.js';
import { versions } from '../run/versions.js';
import { addBackendOptions, threadsOption } from './options/backend-options.js';

interface DoctorOptions extends BackendSelection, ResultOptions {
  speedTest: boolean;
}

/**
 * `alexnet doctor`: the backends that work, the one that would be used, its speed, and how to get a faster
 * one.
 */
export function doctorCommand(signal: AbortSignal): Command {
  const command = new Command('doctor').description(
    'show which backends work on this machine, how fast the chosen one is, and how to get a faster one',
  );
  return addBackendOptions(command)
    .addOption(threadsOption())
    .option('--no-speed-test', 'skip the speed test, which takes about ten seconds')
    .option('--json', 'print JSON')
    .action((options: DoctorOptions) => doctor(options, signal));
}

async function doctor(options: DoctorOptions, signal: AbortSignal): Promise<void> {
  tf.enableProdMode(); // silences tfjs's advice to install tfjs-node
  const report = await examine(options, signal);
  printResult(options, report, () =>
    doctorReport(report, coloursFor(process.stdout), process.stdout.columns ?? 80),
  );
  if (!report.chosen) throw new Error(report.why);
}

async function examine(options: DoctorOptions, signal: AbortSignal): Promise<DoctorReport> {
  const status = nowDoing();
  try {
    status.show('looking for backends');
    const backends = await probeBackends((name) => startOptions(options, name), signal);
    const { chosen, why } = choose(options.backend, backends, await automaticBackends());
    const next = await nextFaster(chosen, backends);
    const found = { backends, ...defined({ chosen }), why, ...defined({ next }) };
    if (!chosen) return { ...found, versions: versions() };
    const used = await useBackend(chosen, startOptions(options, chosen));
    if (!options.speedTest) return { ...found, versions: versions(used) };
    const load = await machineLoad();
    const speed = await speedTest(signal, (part) => status.show(`${chosen}: ${part}`));
    return { ...found, load, speed, versions: versions(used) };
  } finally {
    status.end();
  }
}

/** 'auto' chooses as `useBackend` does: the first backend of `automatic` that works. */
function choose(
  asked: BackendChoice,
  probes: readonly Probe[],
  automatic: readonly BackendName[],
): { chosen?: BackendName; why: string } {
  if (asked === 'auto') {
    const chosen = automatic.find((name) => probes.some((probe) => probe.name === name && probe.found));
    const why = `'auto' uses the first that works of ${automatic.join(', ')}; webgpu must be named`;
    return chosen ? { chosen, why } : { why: 'No backend works.' };
  }
  const probe = probes.find(({ name }) => name === asked);
  return probe?.found ? { chosen: probe.name, why: `${asked} was requested` } : { why: probe?.reason ?? '' };
}

/**
 * The adapter names a GPU for one backend: torch if that was requested, and else webgpu. A precision decides what 'auto'
 * chooses; otherwise the backends that refuse it are shown as they are without it.
 */
function startOptions(
  { backend, threads, adapter, precision }: DoctorOptions,
  name: BackendName,
): BackendOptions {
  const isForTorch = backend === 'torch';
  return defined({
    threads,
    adapter: (name === 'torch') === isForTorch ? adapter : undefined,
    precision: backend === 'auto' || name === backend || name === 'torch' ? precision : undefined,
  });
}
