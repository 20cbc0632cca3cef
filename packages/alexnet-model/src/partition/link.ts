/** A connection of two devices: each receives what the other sent, in the order in which it was sent. */
export interface Link {
  /** Sends values; the caller may change them once the promise resolves. */
  send(values: Float32Array): Promise<void>;
  /** The next `size` values that the other device sent; they belong to the caller. */
  receive(size: number): Promise<Float32Array>;
}
