import {
  type IlsvrcSource,
  leftOutText,
  type PrepareOptions,
  type PreparePlan,
  type PrepareReport,
  planPrepare,
  prepare,
} from '@alexnet/imagenet-reader';
import { type Progress, progress } from '../cli/progress.js';
import { say } from '../cli/say.js';
import { gigabytes, planText } from './plan-text.js';

/**
 * A data set of at most this size is stored as raw pixels, which are read several times faster than JPEGs.
 */
const RAW_BYTES = 6 * 2 ** 30;
const SIZE = 256;

/** A report, and the speed of the preparation. */
export interface TimedReport extends PrepareReport {
  readonly seconds: number;
  /** In this run, without images that an earlier run had prepared. */
  readonly imagesPerSecond: number;
}

/** The options with a format, by default one that fits the size of the data set. */
export function withFormat<T extends PrepareOptions>(source: IlsvrcSource, options: T): T & PrepareOptions {
  const { size = SIZE } = options;
  const { train, val, test } = source.counts;
  const format = options.format ?? ((train + val + test) * size * size * 3 <= RAW_BYTES ? 'rgb' : 'jpg');
  return { ...options, format };
}

/** The plan of `prepare`. @throws Error if the result clearly does not fit on the disk. */
export async function planWithRoom(
  source: IlsvrcSource,
  target: string,
  options: PrepareOptions,
): Promise<PreparePlan> {
  const plan = await planPrepare(source, target, options);
  if (plan.bytes * 0.9 > plan.freeBytes) {
    const smaller = options.format === 'rgb' ? '--format jpg, which needs a sixth or less, or ' : '';
    throw new Error(
      `${target} needs ${gigabytes(plan.bytes)}, but only ${gigabytes(plan.freeBytes)} are free there; free some space, or choose ${smaller}another disk with --out.`,
    );
  }
  return plan;
}

/** Runs `prepare` with a progress bar, then reports the result and the skipped images. */
export async function prepareWithProgress(
  source: IlsvrcSource,
  target: string,
  given: PrepareOptions,
): Promise<TimedReport> {
  const options = withFormat(source, given);
  const startedAt = performance.now();
  let bar: Progress | undefined;
  let inThisRun = 0;
  try {
    const report = await prepare(source, target, {
      ...options,
      onWait: (line) => say(`  ${line}`),
      onProgress({ done, total, resumed }) {
        if (!bar) {
          if (resumed > 0) say(`  resuming: ${resumed} of ${total} images are already prepared`);
          bar = progress('prepare', total, { doneBefore: resumed });
        }
        inThisRun = done - resumed;
        bar.update(done);
      },
    });
    bar?.stop();
    const seconds = (performance.now() - startedAt) / 1000;
    sayReport(report, options);
    return { ...report, seconds, imagesPerSecond: inThisRun / seconds };
  } finally {
    bar?.stop();
  }
}

/** Prints what `prepare` is going to do. */
export async function sayPlan(source: IlsvrcSource, target: string, given: PrepareOptions): Promise<void> {
  const options = withFormat(source, given);
  say(`  ${planText(await planWithRoom(source, target, options), options.format ?? 'jpg')}`);
}

/** Prints which parts of the data set are missing or left out, and how many of its files are. */
export function sayMissing({ missing, leftOut }: IlsvrcSource): void {
  for (const what of missing) say(`  ${what}`);
  if (leftOut.length > 0) say(`  left out: ${leftOutText(leftOut)}`);
}

function sayReport(
  { images, bytes, path, skipped }: PrepareReport,
  { size = SIZE, format }: PrepareOptions,
): void {
  const squares = (images.train + images.val + images.test).toLocaleString('en');
  say(`  ${squares} squares of ${size} px, ${gigabytes(bytes)} of ${format}: ${path}`);
  if (skipped.length === 0) return;
  say(`  skipped ${skipped.length} that cannot be read:`);
  for (const { location, reason } of skipped.slice(0, 10)) say(`    ${location}: ${reason}`);
  if (skipped.length > 10) say('    ... the full list is in meta.json');
}
