/** How fast something was, over n repetitions. */
export interface Rate {
  median: number;
  /** The slowest and the fastest repetition. */
  low: number;
  high: number;
  n: number;
  unit: 'GFLOP/s' | 'images/s';
  /** What was done, '1024 x 1024'. */
  of: string;
}

/** Repetitions that are made even where they outlast the budget, unless they take several times as long. */
const LEAST = 3;
const LONGEST = 4;

/**
 * Repeats a piece of work until its time is up.
 *
 * @param amount What one repetition does, in units (GFLOP, images).
 * @param run Must end with its result read: a backend may still compute when an operation returns.
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
  const begun = performance.now();
  const allowed = (): number =>
    rates.length === 0 ? Infinity : rates.length < LEAST ? LONGEST * milliseconds : milliseconds;
  while (performance.now() - begun < allowed()) {
    signal.throwIfAborted();
    rates.push((amount / (await millisecondsOf(run))) * 1000);
  }
  rates.sort((a, b) => a - b);
  const n = rates.length;
  const median = ((rates[(n - 1) >> 1] as number) + (rates[n >> 1] as number)) / 2;
  return { median, low: rates[0] as number, high: rates[n - 1] as number, n, unit, of };
}

/** How long one run takes. */
export async function millisecondsOf(run: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await run();
  return performance.now() - begun;
}
