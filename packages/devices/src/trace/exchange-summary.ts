import type { Span } from '../protocol/messages.js';

/** A segment's mean milliseconds a step. */
export interface SegmentTimes {
  /** `conv1-conv2`. */
  name: string;
  forward: number;
  backward: number;
}

/** What an exchange takes of a tower: mean milliseconds and bytes a step. */
export interface ExchangeTimes {
  /** The layer whose values are exchanged, `pool2`; or their gradient, `pool2 gradient`. */
  where: string;
  /** Copying what is sent, and what is received. */
  sending: number;
  receiving: number;
  /** For the other tower, in either. */
  waiting: number;
  /** Sent. */
  bytes: number;
}

/** A tower's mean milliseconds and bytes a step. */
export interface TowerTimes {
  /** In the order of the forward pass. */
  segments: SegmentTimes[];
  /** In the order of the step. */
  exchanges: ExchangeTimes[];
  /** Putting the images where the backend has them. */
  batch: number;
  update: number;
  /** All segments, batch and update. */
  computing: number;
  /** All exchanges, without waiting: and as a part of the step, 0 to 1. */
  copying: number;
  copyingShare: number;
  waiting: number;
  waitingShare: number;
  /** Sent; `partition(...).bytesPerStep(batchSize)` is what it has to be. */
  bytes: { forward: number; backward: number };
}

/** What steps on two devices take. */
export interface StepTimes {
  steps: number;
  /** Mean, from the first thing that one of the towers does to the last. */
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
 * What it costs that two towers exchange: means of many steps, none of which is kept.
 *
 * @example
 * const summary = new ExchangeSummary();
 * const stepper = await TwoTowers.start(model, optimizer, devices, { ...options, onStep: (spans) => summary.add(spans) });
 * // ... train
 * summary.result().towers[0].copyingShare; // tower A's part of a step in which it copies what is exchanged
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
