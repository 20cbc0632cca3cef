/** The result of `tf.memory()` that is specific to this backend. */
export interface OneDnnMemory {
  unreliable: boolean;
  reasons: string[];
  /** The number of native bytes in live tensors and workspaces. */
  poolLiveBytes: number;
  poolPeakBytes: number;
  /** The number of native bytes held, including blocks kept for the next tensors. */
  poolBytes: number;
  /** The `memoryLimit` of `registerOneDnnBackend`, or Infinity. */
  poolLimitBytes: number;
  /** The number of bytes in tensors' ordinary arrays of 16 KiB or more; `memoryLimit` counts them too. */
  arrayBytes: number;
  /** The number of compiled operations kept. */
  plans: number;
}
