import { setMaxListeners } from 'node:events';

/** The items that {@link readAhead} makes. */
export interface ReadAheadOptions {
  readonly from: number;
  /** One past the last. */
  readonly to: number;
  /** How many items are made while the consumer works on one. */
  readonly ahead: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Yields `make(from)`, ..., `make(to - 1)` in order, with the next few in progress while the consumer works.
 *
 * Nothing starts before the first `next()`. If the consumer stops early or a `make` fails, the items in
 * progress are aborted by their signal and awaited, so no rejection is left without a handler.
 */
export async function* readAhead<T>(
  make: (item: number, signal: AbortSignal) => Promise<T>,
  { from, to, ahead, signal }: ReadAheadOptions,
): AsyncGenerator<T> {
  const stop = new AbortController();
  const stopped = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  setMaxListeners(0, stopped); // every item in progress listens
  const started: Promise<T>[] = [];
  let next = from;
  try {
    for (let item = from; item < to; item++) {
      while (next < to && next <= item + ahead) {
        const made = make(next++, stopped);
        made.catch(() => undefined); // thrown below, when its turn comes
        started.push(made);
      }
      const made = started[0];
      signal?.throwIfAborted();
      if (made) yield await made;
      started.shift();
    }
  } finally {
    stop.abort();
    await Promise.allSettled(started);
  }
}
