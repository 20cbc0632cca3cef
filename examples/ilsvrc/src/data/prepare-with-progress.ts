import {
  type IlsvrcSource,
  type PrepareOptions,
  type PreparePlan,
  type PrepareReport,
  planPrepare,
  prepare,
} from '@alexnet/imagenet-reader';
import { type Progress, progress } from '../cli/progress.js';
import { say } from '../cli/say.js';
import { gigabytes, planText } from './plan-text.js';

/** A set of this many bytes or fewer is stored as raw pixels, which read several times faster than JPEGs. */
const RAW_BYTES = 6 * 2 ** 30;
const SIZE = 256;

/** A report, and how fast it came. */
export interface TimedReport extends PrepareReport {
  readonly seconds: number;
  /** Of this run: pictures that an earlier one had done do not count. */
  readonly imagesPerSecond: number;
}

/** What `options` leaves open, by the size of the set. */
export function withFormat<T extends PrepareOptions>(source: IlsvrcSource, options: T): T & PrepareOptions {
  const { size = SIZE } = options;
  const { train, val, test } = source.counts;
  const format = options.format ?? ((train + val + test) * size * size * 3 <= RAW_BYTES ? 'rgb' : 'jpg');
  return { ...options, format };
}

/** The plan of `prepare`. @throws Error if the disk clearly cannot hold it. */
export async function planWithRoom(
  source: IlsvrcSource,
  target: string,
  options: PrepareOptions,
): Promise<PreparePlan> {
  const plan = await planPrepare(source, target, options);
  if (plan.bytes * 0.9 > plan.freeBytes) {
    const smaller = options.format === 'rgb' ? '--format jpg, which takes a sixth or less, or ' : '';
    throw new Error(
      `${target} would take ${gigabytes(plan.bytes)}, but ${gigabytes(plan.freeBytes)} are free there: free some, or choose ${smaller}another disk by --out.`,
    );
  }
  return plan;
}

/** Runs `prepare` with its plan before, a progress bar, and what it left out after. */
export async function prepareWithProgress(
  source: IlsvrcSource,
  target: string,
  given: PrepareOptions,
): Promise<TimedReport> {
  const options = withFormat(source, given);
  const begun = performance.now();
  let bar: Progress | undefined;
  let inThisRun = 0;
  try {
    const report = await prepare(source, target, {
      ...options,
      onProgress({ done, total, resumed }) {
        if (!bar) {
          if (resumed > 0) say(`  going on with ${resumed} of ${total} pictures, prepared before`);
          bar = progress('prepare', total, { begun: resumed });
        }
        inThisRun = done - resumed;
        bar.update(done);
      },
    });
    bar?.stop();
    const seconds = (performance.now() - begun) / 1000;
    sayReport(report, options);
    return { ...report, seconds, imagesPerSecond: inThisRun / seconds };
  } finally {
    bar?.stop();
  }
}

/** Says what `prepare` is going to do, unless it is done. */
export async function sayPlan(source: IlsvrcSource, target: string, given: PrepareOptions): Promise<void> {
  const options = withFormat(source, given);
  say(`  ${planText(await planWithRoom(source, target, options), options.format ?? 'jpg')}`);
}

/** Says what a whole data set would have and this one has not. */
export function sayMissing({ missing }: IlsvrcSource): void {
  for (const what of missing) say(`  missing: ${what}`);
}

function sayReport(
  { images, bytes, path, skipped }: PrepareReport,
  { size = SIZE, format }: PrepareOptions,
): void {
  const squares = (images.train + images.val + images.test).toLocaleString('en');
  say(`  ${squares} squares of ${size} px, ${gigabytes(bytes)} of ${format}: ${path}`);
  if (skipped.length === 0) return;
  say(`  left out ${skipped.length} that cannot be read:`);
  for (const { location, reason } of skipped.slice(0, 10)) say(`    ${location}: ${reason}`);
  if (skipped.length > 10) say(`    ... all of them are in meta.json`);
}
