import { fork } from 'node:child_process';
import type { DeviceBackend } from '../protocol/messages.js';
import { builtProgram } from './built-program.js';
import type { Device, TowerProgram } from './device.js';

/** Options of {@link processDevice}. */
export interface ProcessDeviceOptions {
  /** Environment variables in addition to those of this process. */
  env?: Readonly<Record<string, string>>;
}

/** The most characters kept of a process's stderr. */
const LAST_WORDS = 4000;

/**
 * A separate process on this machine with its own backend, for anything that a process can have only one of.
 */
export function processDevice(backend: DeviceBackend = {}, { env = {} }: ProcessDeviceOptions = {}): Device {
  return {
    name: `${backend.name ?? 'auto'} in a process`,
    backend,
    shares: 'machine',
    open: () => openProcess(env),
  };
}

/** The options of a GPU other than which GPU it is. */
type OtherOptions = Omit<DeviceBackend, 'name' | 'adapter'>;

/** An NVIDIA GPU by its number. Its process sees no other GPU and requires `@tensorflow/tfjs-node-gpu`. */
export function cudaDevice(gpu: number, options: OtherOptions = {}): Device {
  const env = { CUDA_VISIBLE_DEVICES: String(gpu) };
  return { ...processDevice({ ...options, name: 'tensorflow' }, { env }), name: `CUDA device ${gpu}` };
}

/**
 * A GPU by its index in `listGpuAdapters()` or a part of its name. Its process requires the package `webgpu`.
 */
export function webGpuDevice(adapter: number | string, options: OtherOptions = {}): Device {
  return { ...processDevice({ ...options, name: 'webgpu', adapter }), name: `GPU ${adapter}` };
}

function openProcess(env: Readonly<Record<string, string>>): TowerProgram {
  const child = fork(builtProgram('entry-process.cjs'), [], {
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
      child.send(message, () => {}); // onEnd reports a process that cannot be reached
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

/** The last line that explains the end: V8 out of memory, a missing library. */
function lastLine(words: string): string {
  const line = words
    .split('\n')
    .reverse()
    .find((text) => /error|memory|cannot|abort/i.test(text));
  return line ? `: ${line.trim()}` : '';
}
