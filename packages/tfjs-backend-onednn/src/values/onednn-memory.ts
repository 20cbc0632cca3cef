/** What `tf.memory()` adds on this backend. */
export interface OneDnnMemory {
  unreliable: boolean;
  reasons: string[];
  /** Native bytes of live tensors and workspaces. */
  poolLiveBytes: number;
  poolPeakBytes: number;
  /** Native bytes held, those kept for the next tensors included. */
  poolBytes: number;
  /** `memoryLimit` of `registerOneDnnBackend`; Infinity without one. */
  poolLimitBytes: number;
  /** Bytes of tensors whose values lie in ordinary arrays of 16 KiB or more; `memoryLimit` counts them too. */
  arrayBytes: number;
  /** Compiled operations kept. */
  plans: number;
}
