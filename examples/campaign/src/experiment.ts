import type { PlannedRun, Records } from './run-record.js';

/** What an experiment is run with. */
export interface PlanOptions {
  /** How many seeds each side is run with: 1, 2, ... */
  seeds: number;
  /** Small nets and few epochs: seconds instead of hours, and no result. */
  smoke: boolean;
}

/** The predictions of finished runs for the test images. */
export interface Predictions {
  labels: ArrayLike<number>;
  /** The probabilities of a run by its `id`, `[images, classes]`. */
  of(id: string): Promise<Float32Array>;
}

/** What an experiment has shown so far. */
export interface Summary {
  /** A line for each number, as it is printed and kept. */
  lines: readonly string[];
  /** The same numbers, for programs. */
  values: Readonly<Record<string, unknown>>;
}

/** An experiment: runs that depend on each other's results at most through the plan. */
export interface Experiment<Net> {
  name: string;
  /** The folder of its runs, for experiments that have runs in common. Default: its name. */
  folder?: string;
  title: string;
  /** What the paper says, with its section. */
  claim: string;
  /** Seeds of each side, unless the user asks for another number. */
  seeds: number;
  /** Every run that is known to be needed, in the order in which they are trained. */
  plan(records: Records<Net>, options: PlanOptions): readonly PlannedRun<Net>[];
  summarize(
    records: Records<Net>,
    options: PlanOptions,
    predictions: Predictions,
  ): Summary | Promise<Summary>;
  /** The figure as SVG; undefined while there is nothing to draw. */
  draw(records: Records<Net>, options: PlanOptions): Promise<string | undefined>;
}
