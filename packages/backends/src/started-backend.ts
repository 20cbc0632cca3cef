import type { Precision } from './precision.js';

/** How a registered backend describes itself. */
export interface StartedBackend {
  /** The hardware that computes, 'CPU (avx512_core)'. */
  device: string;
  /** The number of threads it computes with; for a GPU, the threads of the host. */
  threads: number;
  /** How it multiplies. */
  precision: Precision;
  /** Whether operations return before they are computed, as on a GPU. */
  isAsynchronous: boolean;
  /** The package or library that provides it. */
  reason: string;
}

/** Options of `useBackend`. */
export interface BackendOptions {
  /**
   * Threads to compute with, 'onednn' and 'torch' only. Default: one for each of `cores`, or for every CPU
   * this process may use.
   */
  threads?: number;
  /**
   * CPUs that 'onednn' computes on, by the system's numbers: `[0]` or `[2, 3]`. Sets the affinity of the
   * calling thread (a worker sets its own), which the threads that it computes with or starts later inherit.
   * Linux only; the other backends refuse it.
   */
  cores?: readonly number[];
  /**
   * The most bytes that tensors may hold: weights, velocities, gradients, activations. An allocation that
   * would exceed it throws a RangeError with the bytes asked for, in use and allowed, and existing tensors
   * are unchanged. Default: the limit of an earlier call; for 'onednn', `ALEXNET_ONEDNN_MEMORY_LIMIT`; or no
   * limit. 'onednn' also counts the native memory that it keeps for its next tensors, but not ordinary arrays
   * under 16 KiB. The other backends count tensors made after this call. 'tensorflow' refuses the option.
   */
  memoryLimit?: number;
  /**
   * The GPU to compute on. For 'webgpu' in Node: a part of its name or its index in `listGpuAdapters()`. For
   * 'torch': PyTorch's name of a device, such as 'cuda:1' or 'cpu', or the number of a CUDA device. Default:
   * the first GPU; for 'webgpu' a software GPU if there is no other, and then `device` says so; for 'torch'
   * the CPU.
   */
  adapter?: string | number;
  /**
   * How convolutions and matrix products multiply; 'torch' only, the other backends refuse all but 'float32'. Default:
   * 'tf32' for 'torch' on NVIDIA's GPUs, else 'float32'. 'tf32' requires such a GPU.
   */
  precision?: Precision;
}

/** What a {@link StartBackend} returns. By default a backend multiplies in float32 and computes before it returns. */
export type Started = Omit<StartedBackend, 'precision' | 'isAsynchronous'> &
  Partial<Pick<StartedBackend, 'precision' | 'isAsynchronous'>>;

/** Registers a backend in TensorFlow.js. Throws a one-line error if it is not available. */
export type StartBackend = (options: BackendOptions) => Promise<Started>;
