/** What a backend says of itself once it is registered. */
export interface StartedBackend {
  /** What computes, 'CPU (avx512_core)'. */
  device: string;
  /** Threads it computes with; on a GPU, those of the host. */
  threads: number;
  /** Where it comes from. */
  reason: string;
}

/** Options of `useBackend`. */
export interface BackendOptions {
  /** Threads to compute with. Only 'onednn' can be told; absent, one for each of `cores`, or every CPU this process may use. */
  threads?: number;
  /**
   * CPUs that 'onednn' computes on, by the system's numbers, `[0]` or `[2, 3]`: the affinity of the thread that calls
   * (in a worker, its own), which the threads it computes with, and all that it starts later, inherit. Linux only; the
   * other backends refuse it.
   */
  cores?: readonly number[];
  /**
   * The most bytes that tensors may hold: weights, velocities, gradients, activations. What would pass it is a
   * RangeError with the bytes asked for, in use and allowed, and the tensors that there are stay as they are. Absent,
   * what an earlier call set, or none, or for 'onednn' `ALEXNET_ONEDNN_MEMORY_LIMIT`. 'onednn' counts the native memory it keeps for its next
   * tensors too, and no ordinary array under 16 KiB; the others count tensors made after this call. 'tensorflow'
   * refuses it.
   */
  memoryLimit?: number;
  /**
   * Which GPU 'webgpu' computes on, in Node: a part of its name or its place in `listGpuAdapters()`. Absent, the
   * first GPU; a program that plays one only where there is none, and then `device` says so.
   */
  adapter?: string | number;
}

/** Registers a backend in TensorFlow.js; throws one line where it cannot be had. */
export type StartBackend = (options: BackendOptions) => Promise<StartedBackend>;
