import { percent } from '@alexnet/ilsvrc/shared';
import type { Experiment, PlanOptions, Summary } from './experiment.js';
import type { PlannedRun, Records, RunRecord } from './run-record.js';
import { type Estimate, estimate, pairsToSettle } from './statistics.js';
import { testErrorFigure } from './test-error-figure.js';

/** One of the nets that are compared. */
export interface Side<Net> {
  /** In names of runs. */
  name: string;
  /** In tables and figures. */
  label: string;
  net: Net;
}

/** A comparison of nets by their test error after the same number of epochs, with the same seeds. */
export interface PairedOptions<Net>
  extends Pick<Experiment<Net>, 'name' | 'folder' | 'title' | 'claim' | 'seeds'> {
  /** The first is what the others are compared with. */
  sides: readonly [Side<Net>, ...Side<Net>[]];
  views: 1 | 10;
  /** The small version of a net that is trained for a few steps. */
  smokeNet: (net: Net) => Net;
}

/** Makes an experiment of a comparison; with a single side it only measures that side's error. */
export function pairedExperiment<Net>({
  sides,
  views,
  smokeNet,
  ...about
}: PairedOptions<Net>): Experiment<Net> {
  return {
    ...about,
    plan: (_, options) =>
      seedsOf(options).flatMap((seed) =>
        sides.map((side): PlannedRun<Net> => {
          const net = options.smoke ? smokeNet(side.net) : side.net;
          return { id: idOf(side, seed), seed, net, views };
        }),
      ),
    summarize: (records, options) => summarize(sides, records, options),
    async draw(records, options) {
      const curves = sides.flatMap((side) =>
        seedsOf(options).flatMap((seed) => {
          const record = records.get(idOf(side, seed));
          return record && record.epochs.length > 0
            ? [{ label: side.label, seed, epochs: record.epochs }]
            : [];
        }),
      );
      return curves.length === 0
        ? undefined
        : testErrorFigure(
            curves,
            sides.map(({ label }) => label),
          );
    },
  };
}

/** 1, 2, ... */
export function seedsOf({ seeds }: PlanOptions): number[] {
  return Array.from({ length: seeds }, (_, i) => i + 1);
}

/** The `id` of a side's run. */
export function idOf({ name }: { name: string }, seed: number): string {
  return `${name}-seed${seed}`;
}

function summarize<Net>(sides: readonly Side<Net>[], records: Records<Net>, options: PlanOptions): Summary {
  const errors = sides.map((side) => errorsOf(side, records, options));
  const lines: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [i, { name, label }] of sides.entries()) {
    const own = errors[i] as Map<number, number>;
    const diverged = seedsOf(options).filter(
      (seed) => records.get(idOf({ name }, seed))?.end?.diverged,
    ).length;
    const found = own.size === 0 ? undefined : estimate([...own.values()]);
    const gains = viewGains(sides[i] as Side<Net>, records, options);
    const tenAgainstOne = gains.length === 0 ? undefined : estimate(gains);
    values[name] = {
      testError: found,
      diverged,
      ...(tenAgainstOne && { tenAgainstOne }),
      ...(found && timesOf(sides[i] as Side<Net>, records, options)),
    };
    const failed = diverged > 0 ? `; ${diverged} diverged` : '';
    lines.push(`${label}: ${found ? `${asPercent(found)}, n = ${found.n}` : 'not run yet'}${failed}`);
    if (tenAgainstOne) lines.push(`  its ten views against one: ${differenceText(tenAgainstOne, gains)}`);
  }
  const [base, ...others] = sides as [Side<Net>, ...Side<Net>[]];
  for (const [i, { name, label }] of others.entries()) {
    const own = errors[i + 1] as Map<number, number>;
    const differences = [...own].flatMap(([seed, error]) => {
      const ofBase = errors[0]?.get(seed);
      return ofBase === undefined ? [] : [error - ofBase];
    });
    if (differences.length === 0) continue;
    const difference = estimate(differences);
    values[`${name} - ${base.name}`] = difference;
    lines.push(`${label} against ${base.label}: ${differenceText(difference, differences)}`);
  }
  return { lines, values };
}

function differenceText(difference: Estimate, differences: readonly number[]): string {
  const { mean, low, high, n } = difference;
  const points = (value: number): string => `${value > 0 ? '+' : ''}${(100 * value).toFixed(2)}`;
  if (n === 1) return `${points(mean)} points, n = 1 pair`;
  const text = `${points(mean)} points (95% ${points(low)} to ${points(high)}), n = ${n} pairs`;
  if (low > 0 || high < 0) return text;
  const needed = pairsToSettle(differences);
  const count = needed === Number.POSITIVE_INFINITY ? 'more than 1,000' : `about ${needed}`;
  return `${text}; not settled${needed === undefined ? '' : `: that would take ${count} pairs`}`;
}

/** '24.3% (95% 23.9% to 24.7%)'. */
function asPercent({ mean, low, high, n }: Estimate): string {
  return n === 1 ? percent(mean) : `${percent(mean)} (95% ${percent(low)} to ${percent(high)})`;
}

/** The test errors of a side's finished runs, by seed. */
function errorsOf<Net>(side: Side<Net>, records: Records<Net>, options: PlanOptions): Map<number, number> {
  return new Map(
    finished(side, records, options).flatMap(({ run, end }) =>
      end?.testError === undefined ? [] : [[run.seed, end.testError] as const],
    ),
  );
}

/** The error with ten views minus that with one, of each finished run that was tested with ten. */
function viewGains<Net>(side: Side<Net>, records: Records<Net>, options: PlanOptions): number[] {
  return finished(side, records, options).flatMap(({ run, end, epochs }) => {
    const oneView = epochs.at(-1)?.testError;
    return run.views === 1 || end?.testError === undefined || oneView === undefined
      ? []
      : [end.testError - oneView];
  });
}

/** Median seconds of a run's training, without tests. */
function timesOf<Net>(
  side: Side<Net>,
  records: Records<Net>,
  options: PlanOptions,
): { trainingSeconds: number } {
  const times = finished(side, records, options)
    .map(({ epochs }) => epochs.reduce((sum, { seconds }) => sum + seconds, 0))
    .sort((a, b) => a - b);
  return { trainingSeconds: Math.round(times[Math.floor(times.length / 2)] ?? 0) };
}

function finished<Net>(side: Side<Net>, records: Records<Net>, options: PlanOptions): RunRecord<Net>[] {
  return seedsOf(options).flatMap((seed) => {
    const record = records.get(idOf(side, seed));
    return record?.end ? [record] : [];
  });
}
