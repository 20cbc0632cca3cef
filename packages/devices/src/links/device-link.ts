import type { Link } from '@alexnet/alexnet-model';

/** A link that counts bytes and waiting time since it was opened. */
export interface DeviceLink extends Link {
  /** Milliseconds spent waiting for the other tower. */
  readonly waited: number;
  /** Bytes of values sent. */
  readonly sent: number;
  /** Called repeatedly while it waits, to show that this tower is alive. */
  whileWaiting: () => void;
  close(): void;
}
