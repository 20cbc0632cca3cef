import { type BackendName, useBackend } from '@alexnet/backends';
import * as tf from '@tensorflow/tfjs-core';
import { Command, Option } from 'commander';
import { nowDoing } from '../cli/now-doing.js';
import { coloursFor } from '../cli/terminal.js';
import { type DoctorReport, doctorReport } from '../doctor/doctor-report.js';
import { machineLoad } from '../doctor/machine-load.js';
import { nextFaster } from '../doctor/next-faster.js';
import { type Probe, probeBackends } from '../doctor/probe-backends.js';
import { speedTest } from '../doctor/speed-test.js';
import { adapterOption, type BackendChoice, backendChoices } from '../run/start-backend.js';
import { versions } from '../run/versions.js';
import { wholeNumber } from './options/option-values.js';

interface DoctorOptions {
  backend: BackendChoice;
  threads?: number;
  adapter?: string | number;
  speedTest: boolean;
  json?: boolean;
}

/** `alexnet doctor`: which backends there are, which would run, how fast it is, and how to get a faster one. */
export function doctorCommand(signal: AbortSignal): Command {
  return new Command('doctor')
    .description('say which backend runs here, how fast, why no other, and how to get a faster one')
    .addOption(new Option('--backend <name>', 'backend to test').choices(backendChoices).default('auto'))
    .addOption(wholeNumber('--threads <n>', 'threads of the backend; default all'))
    .addOption(adapterOption())
    .option('--no-speed-test', 'leave out the speed test, some ten seconds')
    .option('--json', 'print JSON')
    .action((options: DoctorOptions) => doctor(options, signal));
}

async function doctor(options: DoctorOptions, signal: AbortSignal): Promise<void> {
  tf.enableProdMode(); // without tfjs's advice to install tfjs-node
  const report = await examine(options, signal);
  const text = options.json
    ? JSON.stringify(report, null, 2)
    : doctorReport(report, coloursFor(process.stdout), process.stdout.columns ?? 80);
  process.stdout.write(`${text}\n`);
  if (!report.chosen) throw new Error(report.why);
}

async function examine(options: DoctorOptions, signal: AbortSignal): Promise<DoctorReport> {
  const status = nowDoing();
  try {
    status.show('looking for backends');
    const backends = await probeBackends(startOptions(options), signal);
    const { chosen, why } = choose(options.backend, backends);
    const next = await nextFaster(chosen, backends);
    const found = { backends, ...(chosen && { chosen }), why, ...(next && { next }) };
    if (!chosen) return { ...found, versions: versions() };
    const used = await useBackend(chosen, startOptions(options));
    if (!options.speedTest) return { ...found, versions: versions(used) };
    const load = await machineLoad();
    const speed = await speedTest(signal, (part) => status.show(`${chosen}: ${part}`));
    return { ...found, load, speed, versions: versions(used) };
  } finally {
    status.end();
  }
}

/** 'auto' chooses as `useBackend` does: the first that works of those that it asks. */
function choose(asked: BackendChoice, probes: readonly Probe[]): { chosen?: BackendName; why: string } {
  if (asked === 'auto') {
    const chosen = probes.find(({ name, found }) => found && name !== 'webgpu')?.name;
    const why = "'auto' takes the first that works, from the top; webgpu only by name";
    return chosen ? { chosen, why } : { why: 'No backend can be used.' };
  }
  const probe = probes.find(({ name }) => name === asked);
  return probe?.found ? { chosen: probe.name, why: `${asked} was asked for` } : { why: probe?.reason ?? '' };
}

function startOptions({ threads, adapter }: DoctorOptions): { threads?: number; adapter?: string | number } {
  return { ...(threads !== undefined && { threads }), ...(adapter !== undefined && { adapter }) };
}
