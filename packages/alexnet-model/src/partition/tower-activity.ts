/** What a tower does for a while. */
export interface TowerActivity {
  /** Computes a segment, forward or backward; or sends or receives what stands between two. */
  what: 'forward' | 'backward' | 'send' | 'receive';
  /** The segment, `conv1-conv2`; or the layer whose values or gradients are sent, `pool2` and `pool2 gradient`. */
  where: string;
}

/** Runs each piece of a tower's work, in order: for clocks and traces. Must do the work, once, and give what it gives. */
export type Watch = <T>(activity: TowerActivity, work: () => T | Promise<T>) => Promise<T>;

/** Just does the work. */
export const unwatched: Watch = async (_, work) => work();
