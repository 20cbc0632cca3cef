/** What joins two devices: each gets what the other sent, in the order it was sent. */
export interface Link {
  /** Sends values; they may change once this resolves. */
  send(values: Float32Array): Promise<void>;
  /** The next that the other sent, so many values; they belong to the caller. */
  receive(size: number): Promise<Float32Array>;
}
