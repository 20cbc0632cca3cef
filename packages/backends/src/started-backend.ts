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
  /** Threads to compute with. Only 'onednn' can be told; absent, it takes every CPU this process may use. */
  threads?: number;
}

/** Registers a backend in TensorFlow.js; throws one line where it cannot be had. */
export type StartBackend = (options: BackendOptions) => Promise<StartedBackend>;
