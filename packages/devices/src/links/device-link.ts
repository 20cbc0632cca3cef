import type { Link } from '@alexnet/alexnet-model';

/** A link that counts, since it was made. */
export interface DeviceLink extends Link {
  /** Milliseconds in which nothing could be done but wait for the other. */
  readonly waited: number;
  /** Bytes of values sent. */
  readonly sent: number;
  /** Called again and again while it waits: whoever waits is alive. */
  whileWaiting: () => void;
  close(): void;
}
