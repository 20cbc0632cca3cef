import type { Span } from '../protocol/messages.js';

/** Mean milliseconds of a segment in a step. */
export interface SegmentTimes {
  /** Its first and last layer, `conv1-conv2`. */
  name: string;
  forward: number;
  backward: number;
}

/** What an exchange costs a tower: mean milliseconds and bytes per step. */
export interface ExchangeTimes {
  /** The layer whose values are exchanged, `pool2`, or their gradient, `pool2 gradient`. */
  where: string;
  /** Copying the values to send. */
  sending: number;
  /** Copying the values received. */
  receiving: number;
  /** Waiting for the other tower, both to send and to receive. */
  waiting: number;
  /** Bytes sent. */
  bytes: number;
}

/** Mean milliseconds and bytes of a tower in a step. */
export interface TowerTimes {
  /** In the order of the forward pass. */
  segments: SegmentTimes[];
  /** In the order of the step. */
  exchanges: ExchangeTimes[];
  /** Copying the images to the backend. */
  batch: number;
  update: number;
  /** The sum of all segments, `batch` and `update`. */
  computing: number;
  /** The sum of all exchanges without waiting. */
  copying: number;
  /** `copying` as a share of the step, 0 to 1. */
  copyingShare: number;
  waiting: number;
  /** `waiting` as a share of the step, 0 to 1. */
  waitingShare: number;
  /** Bytes sent; equal to `partition(...).bytesPerStep(batchSize)`. */
  bytes: { forward: number; backward: number };
}

/** What a step on two devices costs. */
export interface StepTimes {
  steps: number;
  /** Mean from the first activity of either tower to the end of the last. */
  milliseconds: number;
  towers: readonly [a: TowerTimes, b: TowerTimes];
}

interface TowerSums {
  segments: Map<string, SegmentTimes>;
  exchanges: Map<string, ExchangeTimes>;
  batch: number;
  update: number;
}

/**
 * Measures what the exchange between two towers costs: means over many steps, without keeping the steps.
 *
 * @example
 * const summary = new ExchangeSummary();
 * const onStep = (spans) => summary.add(spans);
 * const stepper = await TwoTowers.start(model, optimizer, devices, { ...options, onStep });
 * // ... train
 * summary.result().towers[0].copyingShare; // the share of a step that tower A spends copying
 */
export class ExchangeSummary {
  #steps = 0;
  #milliseconds = 0;
  readonly #towers = [noTimes(), noTimes()] as const;

  /** @throws RangeError if neither tower did anything. */
  add(spans: readonly [a: readonly Span[], b: readonly Span[]]): void {
    const all = spans.flat();
    if (all.length === 0) throw new RangeError('a step must have spans (ExchangeSummary), got none.');
    this.#steps++;
    const begin = Math.min(...all.map((span) => span.begin));
    this.#milliseconds += Math.max(...all.map((span) => span.begin + span.milliseconds)) - begin;
    for (const [index, own] of spans.entries()) {
      for (const span of own) addSpan(this.#towers[index as 0 | 1], span);
    }
  }

  /** @throws RangeError before the first step. */
  result(): StepTimes {
    const steps = this.#steps;
    if (steps === 0) throw new RangeError('steps must be at least 1 (ExchangeSummary), got 0.');
    const milliseconds = this.#milliseconds / steps;
    const [a, b] = this.#towers;
    const means = (sums: TowerSums): TowerTimes => towerTimes(sums, { steps, milliseconds });
    return { steps, milliseconds, towers: [means(a), means(b)] };
  }
}

function noTimes(): TowerSums {
  return { segments: new Map(), exchanges: new Map(), batch: 0, update: 0 };
}

function addSpan(sums: TowerSums, { what, where, milliseconds, waited, bytes }: Span): void {
  switch (what) {
    case 'batch':
    case 'update':
      sums[what] += milliseconds;
      return;
    case 'forward':
    case 'backward': {
      const segment = sums.segments.get(where) ?? { name: where, forward: 0, backward: 0 };
      segment[what] += milliseconds;
      sums.segments.set(where, segment);
      return;
    }
    default: {
      const exchange = sums.exchanges.get(where) ?? { where, sending: 0, receiving: 0, waiting: 0, bytes: 0 };
      exchange[what === 'send' ? 'sending' : 'receiving'] += milliseconds - waited;
      exchange.waiting += waited;
      exchange.bytes += bytes;
      sums.exchanges.set(where, exchange);
    }
  }
}

function towerTimes(sums: TowerSums, step: { steps: number; milliseconds: number }): TowerTimes {
  const mean = (sum: number): number => sum / step.steps;
  const segments = [...sums.segments.values()].map(({ name, forward, backward }) => {
    return { name, forward: mean(forward), backward: mean(backward) };
  });
  const exchanges = [...sums.exchanges.values()].map(({ where, sending, receiving, waiting, bytes }) => {
    const times = { sending: mean(sending), receiving: mean(receiving), waiting: mean(waiting) };
    return { where, ...times, bytes: mean(bytes) };
  });
  const [batch, update] = [mean(sums.batch), mean(sums.update)];
  const computing = batch + update + total(segments, ({ forward, backward }) => forward + backward);
  const copying = total(exchanges, ({ sending, receiving }) => sending + receiving);
  const waiting = total(exchanges, (exchange) => exchange.waiting);
  const isBackward = ({ where }: ExchangeTimes): boolean => where.endsWith(' gradient');
  const bytesOf = (some: readonly ExchangeTimes[]): number => total(some, ({ bytes }) => bytes);
  return {
    ...{ segments, exchanges, batch, update, computing },
    ...{ copying, copyingShare: copying / step.milliseconds },
    ...{ waiting, waitingShare: waiting / step.milliseconds },
    bytes: {
      forward: bytesOf(exchanges.filter((exchange) => !isBackward(exchange))),
      backward: bytesOf(exchanges.filter(isBackward)),
    },
  };
}

function total<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}
