import { type BackendName, type BackendOptions, listGpuAdapters, useBackend } from '@alexnet/backends';
import { oneLine } from './cli/errors.js';
import type { Probe } from './doctor/probe-backends.js';

/**
 * Starts one backend and prints the result as a line of JSON. This is the program that probe-backends.ts
 * runs.
 */
async function probe(name: BackendName, options: BackendOptions): Promise<Probe> {
  const adapters = name === 'webgpu' ? await listGpuAdapters().catch(() => []) : undefined;
  const listed = adapters ? { adapters } : {};
  try {
    const { device, threads, reason } = await useBackend(name, options);
    return { name, found: true, device, threads, reason, ...listed };
  } catch (error) {
    return { name, found: false, reason: oneLine(error), ...listed };
  }
}

const [name, options] = process.argv.slice(2);
probe(name as BackendName, JSON.parse(options ?? '{}')).then((found) => {
  process.stdout.write(`${JSON.stringify(found)}\n`);
});
