import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type BackendName, type BackendOptions, backendNames, type GpuAdapter } from '@alexnet/backends';
import pMap from 'p-map';

/** What one backend answered when it was started. */
export interface Probe {
  name: BackendName;
  found: boolean;
  /** 'CPU (avx512_core)'; only where it was found. */
  device?: string;
  threads?: number;
  /** Where it comes from, or why it cannot be had and what to install. */
  reason: string;
  /** Of webgpu. */
  adapters?: GpuAdapter[];
}

/** Starts every backend in a process of its own: a broken library may end it, and one cannot be unloaded. */
export function probeBackends(options: BackendOptions, signal: AbortSignal): Promise<Probe[]> {
  return pMap(backendNames, (name) => probeInChild(name, options, signal), { concurrency: 2 });
}

/** Beside the built command. */
const program = fileURLToPath(new URL('probe.js', import.meta.url));

function probeInChild(name: BackendName, options: BackendOptions, signal: AbortSignal): Promise<Probe> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, name, JSON.stringify(options)], {
      stdio: ['ignore', 'pipe', 'ignore'],
      signal,
      timeout: 60_000,
    });
    let output = '';
    const failed = (reason: string): void => resolve({ name, found: false, reason });
    child.stdout.on('data', (text) => {
      output += text;
    });
    child.on('error', (error) => failed(`It could not be tried: ${error.message}`));
    child.on('close', (code, killedBy) => {
      try {
        resolve(JSON.parse(output.trim().split('\n').at(-1) ?? ''));
      } catch {
        failed(
          `It ends the process (${killedBy ?? `exit code ${code}`}): its library is broken, install it anew.`,
        );
      }
    });
  });
}
