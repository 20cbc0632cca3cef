import { ChromeTrace, ExchangeSummary, type Span, type UsedDevice } from '@alexnet/devices';
import { stepTimesTable } from './step-times-table.js';

type Steps = readonly [a: readonly Span[], b: readonly Span[]];

/** What two devices do in their steps: all of it in a trace, if there is to be one, and what it comes to. */
export class StepRecorder {
  private readonly summary = new ExchangeSummary();
  private readonly trace: ChromeTrace | undefined;
  private steps = 0;

  /** @throws Error as node:fs does, if the trace cannot be written. */
  constructor(trace: string | undefined) {
    this.trace = trace === undefined ? undefined : ChromeTrace.open(trace, ['tower A', 'tower B']);
  }

  add(spans: Steps): void {
    this.trace?.add(spans);
    if (this.steps++ > 0) this.summary.add(spans); // the first has what is made once
  }

  /** The table of what the steps took, or nothing before the second; ends the trace. */
  close(
    devices: readonly UsedDevice[],
    theory: readonly { forward: number; backward: number }[],
  ): string | undefined {
    this.trace?.close();
    if (this.steps < 2) return undefined;
    return stepTimesTable(
      this.summary.result(),
      devices.map(({ device }) => device),
      theory,
    );
  }
}
