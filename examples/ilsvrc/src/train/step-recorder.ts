import { ChromeTrace, ExchangeSummary, type Span, type UsedDevice } from '@alexnet/devices';
import { stepTimesTable } from './step-times-table.js';

type Steps = readonly [a: readonly Span[], b: readonly Span[]];

/** Records the steps of two devices: all spans in a trace, if there is one, and a summary. */
export class StepRecorder {
  readonly #summary = new ExchangeSummary();
  readonly #trace: ChromeTrace | undefined;
  #steps = 0;

  /** @throws Error as node:fs does, if the trace cannot be written. */
  constructor(trace: string | undefined) {
    this.#trace = trace === undefined ? undefined : ChromeTrace.open(trace, ['tower A', 'tower B']);
  }

  add(spans: Steps): void {
    this.#trace?.add(spans);
    if (this.#steps++ > 0) this.#summary.add(spans); // the first step includes one-time work
  }

  /** Ends the trace. Returns a table of the times of the steps, or undefined after fewer than two steps. */
  close(
    devices: readonly UsedDevice[],
    theory: readonly { forward: number; backward: number }[],
  ): string | undefined {
    this.#trace?.close();
    if (this.#steps < 2) return undefined;
    return stepTimesTable(
      this.#summary.result(),
      devices.map(({ device }) => device),
      theory,
    );
  }
}
