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
   * The number of threads that PyTorch computes with on the CPU. The default is `OMP_NUM_THREADS`, else the
   * number of CPUs that affinity and quota allow.
   */
  threads?: number;
}

/**
 * Loads PyTorch and registers the TensorFlow.js backend 'torch'. A second call only changes the number of
 * threads. After `tf.removeBackend('torch')` a call registers a new backend.
 *
 * @throws Error that says in one line what to install if there is no usable PyTorch; RangeError for invalid
 * `device` or `threads`, or for another `device` than that of the registered backend.
 * @example
 * registerTorchBackend({ device: 'cuda' });
 * await tf.setBackend('torch');
 */
export function registerTorchBackend(options: TorchOptions = {}): TorchInfo {
  const present = registeredBackend();
  if (present) return changed(present, options);
  const loaded = loadTorch(options);
  registerKernels();
  registerReluGradient();
  registerBackend(backendName, () => new TorchBackend(loaded), priority);
  if (!isMainThread) process.once('exit', () => loaded.aten.deleteAll()); // otherwise its memory would outlive the worker
  return loaded.info;
}

/** How often tfjs's cpu kernels have run in place of PyTorch's, by kernel; empty if the backend never ran. */
export function torchFallbacks(): Record<string, number> {
  return Object.fromEntries(registeredBackend()?.fallbacks ?? []);
}

function changed(present: TorchBackend, { device, threads }: TorchOptions): TorchInfo {
  const { info } = present;
  if (device !== undefined && parseDevice(device).name !== info.device) {
    throw new RangeError(
      `device must stay '${info.device}' while the backend is registered (registerTorchBackend), got '${device}'.`,
    );
  }
  setThreads(present.api, threads);
  return present.info;
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
