import type { Deferred } from './deferred.js';
import type { Block } from './memory-pool.js';

/** A by-product of a kernel that its gradient needs: the positions of the maxima, LRN's scale. */
interface Workspace {
  block: Block;
  /** Names the plan that wrote it. */
  key: string;
  /** False until the operation has run. */
  isWritten: boolean;
}

/** Memory that belongs to a tensor's data and dies with it. */
export interface NativeData {
  /** The values themselves. */
  block?: Block;
  /** Bytes of the ordinary array that has the values, as they count for the memory limit. */
  arrayBytes?: number;
  /** A float32 copy of values of another type. */
  converted?: Block;
  workspace?: Workspace;
  /** How the values will be made; there is no block yet. */
  deferred?: Deferred | undefined;
}
