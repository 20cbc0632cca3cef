/** What a tower is doing at some time. */
export interface TowerActivity {
  /** Computing a segment, forward or backward, or sending or receiving what two segments exchange. */
  what: 'forward' | 'backward' | 'send' | 'receive';
  /**
   * The segment, `conv1-conv2`; or the layer whose values or gradients are sent, `pool2` or `pool2 gradient`.
   */
  where: string;
}

/**
 * Runs each piece of a tower's work, in order, for clocks and traces. It must do the work once and return its
 * result.
 */
export type Watch = <T>(activity: TowerActivity, work: () => T | Promise<T>) => Promise<T>;

/** Only does the work. */
export const unwatched: Watch = async (_, work) => work();
