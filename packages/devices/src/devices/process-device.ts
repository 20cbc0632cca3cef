import { fork } from 'node:child_process';
import type { DeviceBackend } from '../protocol/messages.js';
import { builtProgram } from './built-program.js';
import type { Device, TowerProgram } from './device.js';

/** Options of {@link processDevice}. */
export interface ProcessDeviceOptions {
  /** Environment variables beside those of this process. */
  env?: Readonly<Record<string, string>>;
}

/** What is kept of the last words of a process, in characters. */
const LAST_WORDS = 4000;

/** A process of its own on this machine, with a backend of its own: what one process can have only one of. */
export function processDevice(backend: DeviceBackend = {}, { env = {} }: ProcessDeviceOptions = {}): Device {
  return {
    name: `${backend.name ?? 'auto'} in a process`,
    backend,
    shares: 'machine',
    open: () => openProcess(env),
  };
}

/** What is told to a device beside which it is. */
type OtherOptions = Omit<DeviceBackend, 'name' | 'adapter'>;

/** An NVIDIA GPU by its number: a process that sees no other, with `@tensorflow/tfjs-node-gpu`, which must be installed. */
export function cudaDevice(gpu: number, options: OtherOptions = {}): Device {
  const env = { CUDA_VISIBLE_DEVICES: String(gpu) };
  return { ...processDevice({ ...options, name: 'tensorflow' }, { env }), name: `CUDA device ${gpu}` };
}

/** A GPU by its place in `listGpuAdapters()` or a part of its name: a process with `webgpu`, which must be installed. */
export function webGpuDevice(adapter: number | string, options: OtherOptions = {}): Device {
  return { ...processDevice({ ...options, name: 'webgpu', adapter }), name: `GPU ${adapter}` };
}

function openProcess(env: Readonly<Record<string, string>>): TowerProgram {
  const child = fork(builtProgram('entry-process.js'), [], {
    serialization: 'advanced',
    execArgv: [],
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-LAST_WORDS);
  });
  const gone = new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => {
      const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
      resolve(`its process ${how}${lastLine(words)}`);
    });
  });
  return {
    pid: child.pid,
    post: (message) => {
      child.send(message, () => {}); // that it cannot be reached is told by its end
    },
    onMessage: (listener) => {
      child.on('message', listener as (message: unknown) => void);
    },
    onEnd: (listener) => {
      gone.then(listener);
    },
    async end() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** What it said last, where that says why: V8 that runs out of memory, a library that is missing. */
function lastLine(words: string): string {
  const line = words
    .split('\n')
    .reverse()
    .find((text) => /error|memory|cannot|abort/i.test(text));
  return line ? `: ${line.trim()}` : '';
}
