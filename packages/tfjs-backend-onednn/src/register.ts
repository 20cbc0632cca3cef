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

/** Above tfjs's own backends, because this one is the fastest on the CPU if it is registered. */
const priority = 4;

/** Options of `registerOneDnnBackend`. */
export interface OneDnnOptions {
  /** The path of a libdnnl, version 2.6 or 3. By default it is found as `findOneDnn` describes. */
  library?: string;
  /**
   * The number of threads to compute with. The default is the number of `cores`, else `OMP_NUM_THREADS`, else
   * the number of CPUs that affinity and quota allow.
   */
  threads?: number;
  /**
   * The CPUs to compute on, by the system's numbers (Linux only). They become the affinity of the calling
   * thread (in a worker, only the worker's), which its OpenMP threads and whatever it starts later inherit.
   * The default is the current affinity.
   */
  cores?: readonly number[];
  /**
   * The most bytes that tensors may hold. The default is `ALEXNET_ONEDNN_MEMORY_LIMIT`, else no limit. It
   * counts native blocks, including those kept for the next tensors, and ordinary arrays of 16 KiB or more,
   * that is weights, velocities, gradients and activations. An operation that would exceed the limit throws a
   * RangeError and changes nothing else.
   */
  memoryLimit?: number;
}

/**
 * Loads oneDNN and registers the TensorFlow.js backend 'onednn'. A second call only changes the number of
 * threads, the cores and the memory limit. After `tf.removeBackend('onednn')` a call registers a new backend.
 *
 * @throws Error that says in one line what to install if there is no usable oneDNN; RangeError for invalid
 * `threads`, `cores` or `memoryLimit`.
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
  if (!isMainThread) process.once('exit', () => registeredBackend()?.dispose()); // otherwise its memory would outlive the worker
  return loaded.info;
}

/** The backend, if it is registered. */
export function registeredBackend(): OneDnnBackend | undefined {
  const present = findBackendFactory(backendName) ? findBackend(backendName) : undefined;
  return isOneDnn(present) ? present : undefined;
}

/** Recognizes the backend by its members, because the class may have been loaded twice, as ESM and as CJS. */
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

/**
 * Copies only if needed: tfjs warns about every kernel that is registered already, as after
 * `tf.removeBackend`.
 */
function copyMissingKernels(): void {
  if (!getKernel('Identity', backendName)) copyRegisteredKernels('cpu', backendName);
}

function replaceKernel(kernel: KernelConfig): void {
  if (getKernel(kernel.kernelName, kernel.backendName)) {
    unregisterKernel(kernel.kernelName, kernel.backendName);
  }
  registerKernel(kernel);
}

/**
 * The native kernel, with tfjs's cpu kernel for inputs that it declines or that oneDNN does not implement.
 */
function withCpuBelow({ kernelName, run }: NativeKernel): KernelFunc {
  const cpu = getKernel(kernelName, 'cpu')?.kernelFunc;
  return ({ inputs, attrs, backend }) => {
    try {
      const result = run(inputs, attrs ?? {}, backend as OneDnnBackend);
      if (result) return result;
    } catch (error) {
      if (!cpu || !(error instanceof OneDnnError) || !error.isUnimplemented) throw named(kernelName, error);
    }
    if (!cpu) throw new Error(`${kernelName} has no implementation for these tensors (onednn).`);
    return cpu({ inputs, ...(attrs ? { attrs } : {}), backend });
  };
}

function named(kernelName: string, error: unknown): unknown {
  if (error instanceof OneDnnError) error.message = `${kernelName}: ${error.message}`;
  return error;
}
