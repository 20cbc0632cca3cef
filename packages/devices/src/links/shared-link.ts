import type { Channel } from '../protocol/messages.js';
import type { DeviceLink } from './device-link.js';
import { LinkError } from './link-error.js';

/** The most unread messages in a channel, so that a tower that is ahead does not have to wait. */
const SLOTS = 2;
/** How long a thread sleeps before it checks whether the channel was closed. */
const SLEEP_MS = 200;
/** Indices into a channel's state: messages written, messages read, and 1 once it is closed. */
const [WRITTEN, READ, CLOSED] = [0, 1, 2];

/** Opens a channel for messages of at most this many values. */
export function openChannel(values: number): Channel {
  return {
    state: new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT),
    values: new SharedArrayBuffer(SLOTS * values * Float32Array.BYTES_PER_ELEMENT),
  };
}

/** Marks a channel as closed and wakes the threads that wait on it. */
export function closeChannel({ state }: Channel): void {
  const words = new Int32Array(state);
  Atomics.store(words, CLOSED, 1);
  for (const word of [WRITTEN, READ]) Atomics.notify(words, word);
}

/**
 * Links two threads of one process by copying values into shared memory and out of it. A waiting thread
 * sleeps.
 */
export class SharedLink implements DeviceLink {
  waited = 0;
  sent = 0;
  whileWaiting = (): void => {};
  readonly #toPeer: Channel;
  readonly #fromPeer: Channel;
  readonly #out: Int32Array;
  readonly #outValues: Float32Array;
  readonly #in: Int32Array;
  readonly #inValues: Float32Array;

  constructor(toPeer: Channel, fromPeer: Channel) {
    this.#toPeer = toPeer;
    this.#fromPeer = fromPeer;
    this.#out = new Int32Array(toPeer.state);
    this.#outValues = new Float32Array(toPeer.values);
    this.#in = new Int32Array(fromPeer.state);
    this.#inValues = new Float32Array(fromPeer.values);
  }

  async send(values: Float32Array): Promise<void> {
    const written = this.#out[WRITTEN] as number;
    this.#waitUntil(this.#out, READ, (read) => written - read < SLOTS);
    this.#outValues.set(values, this.#slot(this.#outValues, written, values.length));
    Atomics.store(this.#out, WRITTEN, written + 1);
    Atomics.notify(this.#out, WRITTEN);
    this.sent += values.byteLength;
  }

  async receive(size: number): Promise<Float32Array> {
    const read = this.#in[READ] as number;
    this.#waitUntil(this.#in, WRITTEN, (written) => written > read);
    const at = this.#slot(this.#inValues, read, size);
    const values = new Float32Array(size);
    values.set(this.#inValues.subarray(at, at + size));
    Atomics.store(this.#in, READ, read + 1);
    Atomics.notify(this.#in, READ);
    return values;
  }

  close(): void {
    closeChannel(this.#toPeer);
    closeChannel(this.#fromPeer);
  }

  /** @throws RangeError if a message is larger than the channel was opened for. */
  #slot(values: Float32Array, message: number, size: number): number {
    const room = values.length / SLOTS;
    if (size > room)
      throw new RangeError(`a message must have at most ${room} values (SharedLink), got ${size}.`);
    return (message % SLOTS) * room;
  }

  /** @throws LinkError if the channel was closed. */
  #waitUntil(state: Int32Array, word: number, isEnough: (count: number) => boolean): void {
    const startedAt = performance.now();
    for (let count = Atomics.load(state, word); !isEnough(count); count = Atomics.load(state, word)) {
      if (Atomics.load(state, CLOSED) === 1) throw new LinkError('the other tower is gone.');
      if (Atomics.wait(state, word, count, SLEEP_MS) === 'timed-out') this.whileWaiting();
    }
    this.waited += performance.now() - startedAt;
  }
}
