import type { Link } from '@alexnet/alexnet-model';
import * as tf from '@tensorflow/tfjs-core';

/** Messages that may lie in a channel unread: a tower that is ahead need not wait. */
const SLOTS = 2;
/** How long a thread sleeps before it looks whether the channel was closed. */
const SLEEP_MS = 200;

/** One direction between two threads, in memory that both have. */
export interface Channel {
  /** Messages written, messages read, and 1 once it is closed. */
  readonly state: SharedArrayBuffer;
  readonly values: SharedArrayBuffer;
}

/** A channel for messages of at most so many values. */
export function openChannel(values: number): Channel {
  return {
    state: new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT),
    values: new SharedArrayBuffer(SLOTS * values * Float32Array.BYTES_PER_ELEMENT),
  };
}

/** Wakes whoever waits at a channel: it will not be used any more. */
export function closeChannel({ state }: Channel): void {
  const words = new Int32Array(state);
  Atomics.store(words, 2, 1);
  for (const word of [0, 1]) Atomics.notify(words, word);
}

/** What the exchanges of a step took, in milliseconds. */
export interface LinkTimes {
  waiting: number;
  copying: number;
  bytes: number;
}

/** Two threads of one process: values are copied into memory that both have, and out of it. A thread that waits sleeps. */
export class SharedLink implements Link {
  /** Sums since they were last set to 0. */
  readonly times: LinkTimes = { waiting: 0, copying: 0, bytes: 0 };
  private readonly out: Int32Array;
  private readonly outValues: Float32Array;
  private readonly in: Int32Array;
  private readonly inValues: Float32Array;

  constructor(toOther: Channel, fromOther: Channel) {
    this.out = new Int32Array(toOther.state);
    this.outValues = new Float32Array(toOther.values);
    this.in = new Int32Array(fromOther.state);
    this.inValues = new Float32Array(fromOther.values);
  }

  async send(tensor: tf.Tensor): Promise<void> {
    const values = await tensor.data<'float32'>();
    const sent = this.out[0] as number;
    this.waitUntil(this.out, 1, (read) => sent - read < SLOTS);
    const begun = performance.now();
    this.outValues.set(values, this.slot(this.outValues, sent, values.length));
    Atomics.store(this.out, 0, sent + 1);
    Atomics.notify(this.out, 0);
    this.times.copying += performance.now() - begun;
    this.times.bytes += values.byteLength;
  }

  async receive(shape: readonly number[]): Promise<tf.Tensor> {
    const read = this.in[1] as number;
    this.waitUntil(this.in, 0, (written) => written > read);
    const begun = performance.now();
    const size = shape.reduce((product, side) => product * side, 1);
    const at = this.slot(this.inValues, read, size);
    const values = new Float32Array(size);
    values.set(this.inValues.subarray(at, at + size));
    Atomics.store(this.in, 1, read + 1);
    Atomics.notify(this.in, 1);
    this.times.copying += performance.now() - begun;
    return tf.tensor(values, [...shape]);
  }

  /** @throws RangeError if a message is larger than the channel was opened for. */
  private slot(values: Float32Array, message: number, size: number): number {
    const room = values.length / SLOTS;
    if (size > room)
      throw new RangeError(`a message must have at most ${room} values (SharedLink), got ${size}.`);
    return (message % SLOTS) * room;
  }

  /** @throws Error if the channel was closed. */
  private waitUntil(state: Int32Array, word: 0 | 1, isEnough: (count: number) => boolean): void {
    const begun = performance.now();
    for (let count = Atomics.load(state, word); !isEnough(count); count = Atomics.load(state, word)) {
      if (Atomics.load(state, 2) === 1) throw new Error('the other tower is gone (SharedLink).');
      Atomics.wait(state, word, count, SLEEP_MS);
    }
    this.times.waiting += performance.now() - begun;
  }
}
