import type { Deferred } from './deferred.js';
import type { Block } from './memory-pool.js';

/** A by-product of a kernel that its gradient needs, such as the positions of the maxima or LRN's scale. */
interface Workspace {
  block: Block;
  /** Names the kernel plan that wrote it. */
  key: string;
  /** False until the operation has run. */
  isWritten: boolean;
}

/** Native memory that belongs to a tensor's data and is released with it. */
export interface NativeData {
  /** The values themselves. */
  block?: Block;
  /** The size of the ordinary array that holds the values, as far as it counts for the memory limit. */
  arrayBytes?: number;
  /** A float32 copy of values of another type. */
  converted?: Block;
  workspace?: Workspace;
  /** How the values will be computed, while there is no block yet. */
  deferred?: Deferred | undefined;
}
