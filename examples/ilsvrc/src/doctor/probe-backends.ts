import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type BackendName, type BackendOptions, backendNames, type GpuAdapter } from '@alexnet/backends';
import pMap from 'p-map';

/** The result of starting a backend. */
export interface Probe {
  name: BackendName;
  found: boolean;
  /** Such as 'CPU (avx512_core)'; only if the backend works. */
  device?: string;
  threads?: number;
  /** Where the backend comes from, or why it does not work and what to install. */
  reason: string;
  /** Only for webgpu. */
  adapters?: GpuAdapter[];
}

/** Starts every backend in its own process, because a broken library may end it and none can be unloaded. */
export function probeBackends(options: BackendOptions, signal: AbortSignal): Promise<Probe[]> {
  return pMap(backendNames, (name) => probeInChild(name, options, signal), { concurrency: 2 });
}

/** The program is next to the built command. */
const program = fileURLToPath(new URL('probe.cjs', import.meta.url));

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
    child.on('error', (error) => failed(`It could not be started: ${error.message}`));
    child.on('close', (code, killedBy) => {
      try {
        resolve(JSON.parse(output.trim().split('\n').at(-1) ?? ''));
      } catch {
        failed(
          `It crashed the process (${killedBy ?? `exit code ${code}`}); its library is broken, reinstall it.`,
        );
      }
    });
  });
}
