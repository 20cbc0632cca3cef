/** The speed of some work over n repetitions. */
export interface Rate {
  median: number;
  /** The slowest and the fastest repetition. */
  low: number;
  high: number;
  n: number;
  unit: 'GFLOP/s' | 'images/s';
  /** The work, such as '1024 x 1024 float32'. */
  of: string;
}

/** The number of repetitions that may exceed the time budget, and by what factor. */
const LEAST = 3;
const LONGEST = 4;

/**
 * Repeats some work until its time is up.
 *
 * @param amount The amount of work per repetition, in units (GFLOP, images).
 * @param run Does the work and reads the result, because a backend may still compute when an operation
 * returns.
 */
export async function measure(
  {
    amount,
    unit,
    of,
    milliseconds,
    signal,
  }: Omit<Rate, 'median' | 'low' | 'high' | 'n'> & {
    amount: number;
    milliseconds: number;
    signal: AbortSignal;
  },
  run: () => Promise<void>,
): Promise<Rate> {
  const rates: number[] = [];
  const startedAt = performance.now();
  const allowed = (): number =>
    rates.length === 0 ? Infinity : rates.length < LEAST ? LONGEST * milliseconds : milliseconds;
  while (performance.now() - startedAt < allowed()) {
    signal.throwIfAborted();
    rates.push((amount / (await millisecondsOf(run))) * 1000);
  }
  rates.sort((a, b) => a - b);
  const n = rates.length;
  const median = ((rates[(n - 1) >> 1] as number) + (rates[n >> 1] as number)) / 2;
  return { median, low: rates[0] as number, high: rates[n - 1] as number, n, unit, of };
}

/** The time of one run. */
export async function millisecondsOf(run: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await run();
  return performance.now() - startedAt;
}
