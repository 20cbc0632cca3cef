import { isMainThread } from 'node:worker_threads';
import {
  copyRegisteredKernels,
  findBackend,
  findBackendFactory,
  getKernel,
  type KernelConfig,
  type KernelFunc,
  registerBackend,
  registerKernel,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import { OneDnnBackend } from './backend.js';
import { registerGradients } from './gradients.js';
import { allKernels } from './kernels/all-kernels.js';
import { cpuKernels } from './kernels/cpu-kernels.js';
import type { NativeKernel } from './kernels/native-kernel.js';
import { OneDnnError } from './library/onednn-error.js';
import { loadOneDnn, type OneDnnInfo, setThreads } from './native/load-onednn.js';
import { chosenMemoryLimit } from './values/memory-limit.js';

/** The backend's name in tfjs. */
const backendName = 'onednn';

/** Above tfjs's own backends: where it is registered, it is the fastest on this machine's CPU. */
const priority = 4;

/** Options of `registerOneDnnBackend`. */
export interface OneDnnOptions {
  /** The path of a libdnnl, 2.6 or 3; found as `findOneDnn` says if absent. */
  library?: string;
  /** Threads to compute with; as many as `cores`, or `OMP_NUM_THREADS`, or every CPU that affinity and quota allow, if absent. */
  threads?: number;
  /**
   * CPUs to compute on, by the system's numbers: the affinity of the thread that calls (a worker's own, not the
   * process's), which its OpenMP threads, and what it starts later, inherit. Those that there are, if absent. Linux.
   */
  cores?: readonly number[];
  /**
   * The most bytes that tensors may hold; `ALEXNET_ONEDNN_MEMORY_LIMIT`, or no limit, if absent. Counted are native
   * blocks, those kept for the next tensors included, and ordinary arrays of 16 KiB or more: weights, velocities,
   * gradients and activations. An operation that would pass it is a RangeError, and nothing else changes.
   */
  memoryLimit?: number;
}

/**
 * Loads oneDNN and registers the TensorFlow.js backend 'onednn'. A second call changes nothing but the number of
 * threads, the cores and the memory limit. After `tf.removeBackend('onednn')` it registers a new one.
 *
 * @throws Error, one line that says what to install, if there is no usable oneDNN; RangeError for bad `threads`,
 * `cores` or `memoryLimit`.
 * @example
 * registerOneDnnBackend();
 * await tf.setBackend('onednn');
 */
export function registerOneDnnBackend(options: OneDnnOptions = {}): OneDnnInfo {
  const memoryLimit = chosenMemoryLimit(options.memoryLimit);
  const present = registeredBackend();
  if (present) {
    if (options.threads !== undefined || options.cores !== undefined) {
      setThreads(present.native.api, options);
      present.forgetPlans();
    }
    if (options.memoryLimit !== undefined) present.pool.limit = options.memoryLimit;
    return present.info;
  }
  const loaded = { ...loadOneDnn(options), memoryLimit };
  registerKernels();
  registerGradients();
  registerBackend(backendName, () => new OneDnnBackend(loaded), priority);
  if (!isMainThread) process.once('exit', () => registeredBackend()?.dispose()); // its memory outlives a worker
  return loaded.info;
}

/** The backend, if it is registered. */
export function registeredBackend(): OneDnnBackend | undefined {
  const present = findBackendFactory(backendName) ? findBackend(backendName) : undefined;
  return isOneDnn(present) ? present : undefined;
}

/** By its members: the class may have been loaded twice, as ESM and as CJS. */
function isOneDnn(backend: object | null | undefined): backend is OneDnnBackend {
  return backend !== null && backend !== undefined && 'native' in backend && 'info' in backend;
}

function registerKernels(): void {
  for (const kernel of cpuKernels) replaceKernel(kernel);
  copyMissingKernels();
  for (const kernel of allKernels) {
    replaceKernel({ kernelName: kernel.kernelName, backendName, kernelFunc: withCpuBelow(kernel) });
  }
}

/** tfjs warns of every kernel that is there already, after `tf.removeBackend('onednn')` say. */
function copyMissingKernels(): void {
  if (!getKernel('Identity', backendName)) copyRegisteredKernels('cpu', backendName);
}

function replaceKernel(kernel: KernelConfig): void {
  if (getKernel(kernel.kernelName, kernel.backendName)) {
    unregisterKernel(kernel.kernelName, kernel.backendName);
  }
  registerKernel(kernel);
}

/** The native kernel; tfjs's cpu kernel for what it declines and for what oneDNN does not implement. */
function withCpuBelow({ kernelName, run }: NativeKernel): KernelFunc {
  const cpu = getKernel(kernelName, 'cpu')?.kernelFunc;
  return ({ inputs, attrs, backend }) => {
    try {
      const result = run(inputs, attrs ?? {}, backend as OneDnnBackend);
      if (result) return result;
    } catch (error) {
      if (!cpu || !(error instanceof OneDnnError) || !error.isUnimplemented) throw named(kernelName, error);
    }
    if (!cpu) throw new Error(`${kernelName} got tensors that it has no implementation for (onednn).`);
    return cpu({ inputs, ...(attrs ? { attrs } : {}), backend });
  };
}

function named(kernelName: string, error: unknown): unknown {
  if (error instanceof OneDnnError) error.message = `${kernelName}: ${error.message}`;
  return error;
}
