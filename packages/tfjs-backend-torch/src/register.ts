import { isMainThread } from 'node:worker_threads';
import { registerReluGradient } from '@alexnet/native-backend';
import {
  findBackend,
  findBackendFactory,
  getKernel,
  getKernelsForBackend,
  type KernelConfig,
  type KernelFunc,
  registerBackend,
  registerKernel,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import { TorchBackend } from './backend.js';
import { allKernels } from './kernels/all-kernels.js';
import type { NativeKernel } from './kernels/native-kernel.js';
import { TorchError } from './library/torch-error.js';
import { parseDevice } from './native/device.js';
import { loadTorch, setThreads, type TorchInfo } from './native/load-torch.js';
import type { Precision } from './native/precision.js';

/** The backend's name in tfjs. */
const backendName = 'torch';

/** Between tfjs's own backends and onednn, which is the faster one on a CPU. */
const priority = 3;

/** Kernels of tfjs's cpu backend that read no values, so that they work on PyTorch's tensors as they are. */
const withoutValues: readonly string[] = ['Identity', 'Reshape', 'ExpandDims'];

/** Options of `registerTorchBackend`. */
export interface TorchOptions {
  /**
   * The folder of a PyTorch, 2.10 or newer: a Python environment, its `torch` package or an unpacked libtorch.
   * By default it is found as `findTorch` describes.
   */
  library?: string;
  /** 'cpu', 'cuda', 'cuda:1', 'mps', 'xpu'. The default is the first GPU that is likely to work, else 'cpu'. */
  device?: string;
  /**
   * How convolutions and matrix products multiply: 'float32', 'tf32' (NVIDIA's GPUs) or 'bfloat16'. The default is
   * 'tf32' on NVIDIA's GPUs and 'float32' elsewhere. 'bfloat16' rounds results too; everything else is float32.
   */
  precision?: Precision;
  /**
   * The most bytes that tensors may hold on the device. An operation that would exceed it throws, and what exists stays
   * usable. By default only the device itself sets a limit.
   */
  memoryLimit?: number;
  /**
   * The number of threads that PyTorch computes with on the CPU. The default is `OMP_NUM_THREADS`, else the
   * number of CPUs that affinity and quota allow.
   */
  threads?: number;
}

/**
 * Loads PyTorch and registers the TensorFlow.js backend 'torch'. A second call only changes `threads` and
 * `memoryLimit`. After `tf.removeBackend('torch')` a call registers a new backend.
 *
 * @throws Error that says in one line what to install if there is no usable PyTorch; RangeError for
 * an argument, or for another `device` or `precision` than that of the registered backend.
 * @example
 * registerTorchBackend({ device: 'cuda' });
 * await tf.setBackend('torch');
 */
export function registerTorchBackend(options: TorchOptions = {}): TorchInfo {
  const present = registeredBackend();
  if (present) return changed(present, options);
  checkMemoryLimit(options.memoryLimit);
  const loaded = loadTorch(options);
  registerKernels();
  registerReluGradient();
  registerBackend(backendName, () => new TorchBackend(loaded, options.memoryLimit), priority);
  if (!isMainThread) process.once('exit', () => loaded.aten.deleteAll()); // otherwise its memory would outlive the worker
  return loaded.info;
}

/** How often tfjs's cpu kernels have run in place of PyTorch's, by kernel; empty if the backend never ran. */
export function torchFallbacks(): Record<string, number> {
  return Object.fromEntries(registeredBackend()?.fallbacks ?? []);
}

function changed(
  present: TorchBackend,
  { device, precision, threads, memoryLimit }: TorchOptions,
): TorchInfo {
  const { info } = present;
  checkMemoryLimit(memoryLimit);
  if (device !== undefined && parseDevice(device).name !== info.device) {
    throw new RangeError(
      `device must stay '${info.device}' while the backend is registered (registerTorchBackend), got '${device}'.`,
    );
  }
  if (precision !== undefined && precision !== info.precision) {
    throw new RangeError(
      `precision must stay '${info.precision}' while the backend is registered (registerTorchBackend), got '${precision}'.`,
    );
  }
  setThreads(present.api, threads);
  if (memoryLimit !== undefined) present.memoryLimit = memoryLimit;
  return present.info;
}

function checkMemoryLimit(limit: number | undefined): void {
  if (limit === undefined || limit > 0) return;
  throw new RangeError(`memoryLimit must be a number of bytes > 0 (registerTorchBackend), got ${limit}.`);
}

/** The backend, if it is registered. */
function registeredBackend(): TorchBackend | undefined {
  const present = findBackendFactory(backendName) ? findBackend(backendName) : undefined;
  return isTorch(present) ? present : undefined;
}

/** Recognizes the backend by its members, because the class may have been loaded twice, as ESM and as CJS. */
function isTorch(backend: object | null | undefined): backend is TorchBackend {
  return backend !== null && backend !== undefined && 'aten' in backend && 'fallbacks' in backend;
}

function registerKernels(): void {
  for (const kernel of getKernelsForBackend('cpu')) {
    replaceKernel({ ...kernel, backendName, kernelFunc: counted(kernel) });
  }
  for (const kernel of allKernels) {
    replaceKernel({ kernelName: kernel.kernelName, backendName, kernelFunc: withCpuBelow(kernel) });
  }
}

function replaceKernel(kernel: KernelConfig): void {
  if (getKernel(kernel.kernelName, kernel.backendName)) {
    unregisterKernel(kernel.kernelName, kernel.backendName);
  }
  registerKernel(kernel);
}

/** A kernel of tfjs's cpu backend that counts how often it runs. */
function counted({ kernelName, kernelFunc }: KernelConfig): KernelFunc {
  if (withoutValues.includes(kernelName)) return kernelFunc;
  return (call) => {
    const { fallbacks } = call.backend as TorchBackend;
    fallbacks.set(kernelName, (fallbacks.get(kernelName) ?? 0) + 1);
    return kernelFunc(call);
  };
}

/** PyTorch's kernel, with tfjs's cpu kernel for inputs that it declines. */
function withCpuBelow({ kernelName, run }: NativeKernel): KernelFunc {
  const cpu = getKernel(kernelName, 'cpu');
  const fallback = cpu && counted(cpu);
  return ({ inputs, attrs, backend }) => {
    try {
      const result = run(inputs, attrs ?? {}, backend as TorchBackend);
      if (result) return result;
    } catch (error) {
      throw named(kernelName, error);
    }
    if (!fallback) throw new Error(`${kernelName} has no implementation for these tensors (torch).`);
    return fallback({ inputs, ...(attrs ? { attrs } : {}), backend });
  };
}

function named(kernelName: string, error: unknown): unknown {
  if (error instanceof TorchError) error.message = `${kernelName}: ${error.message}`;
  return error;
}
