import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import {
  type IlsvrcSource,
  openIlsvrc,
  openPrepared,
  type PreparedData,
  prepare,
} from '@alexnet/imagenet-reader';
import { progress } from '../cli/progress.js';
import { say } from '../cli/say.js';
import { embeddedData } from './embedded-data.js';

/** A set of this many bytes or fewer is stored as raw pixels, which read several times faster than JPEGs. */
const RAW_BYTES = 6 * 2 ** 30;

/** Options of {@link preparedData}. */
export interface DataOptions {
  /** A folder of {@link openIlsvrc}'s layouts, or one that `alexnet prepare` wrote; absent: the embedded set. */
  path?: string | undefined;
  embedded: { trainPerClass: number; valPerClass: number };
  /** Where the embedded and the prepared data are kept between runs. */
  dataFolder: string;
  onError: 'stop' | 'skip';
  signal: AbortSignal;
}

/** Opens the data of a run; draws the embedded set and prepares whatever is not prepared yet. */
export async function preparedData({
  path,
  embedded,
  dataFolder,
  onError,
  signal,
}: DataOptions): Promise<PreparedData> {
  if (path && existsSync(join(path, 'meta.json'))) return openPrepared(path);
  const source = await openIlsvrc(path ?? (await embeddedData(dataFolder, embedded, signal)), { signal });
  try {
    say(
      `  ${source.counts.train} training and ${source.counts.val} validation pictures of ${source.classes.length} classes (${source.path})`,
    );
    const target = path ? join(dataFolder, preparedName(source)) : `${source.path}-prepared`;
    if (existsSync(join(target, 'meta.json'))) {
      say(`  prepared before: ${target}`);
    } else {
      await prepareWithProgress(source, target, { onError, signal });
    }
    return await openPrepared(target);
  } finally {
    await source.close();
  }
}

/** Runs `prepare` with a progress bar and says what it left out. */
export async function prepareWithProgress(
  source: IlsvrcSource,
  target: string,
  options: { onError: 'stop' | 'skip'; signal: AbortSignal; format?: 'jpg' | 'rgb' },
): Promise<void> {
  const { train, val } = source.counts;
  const format = options.format ?? ((train + val) * 256 * 256 * 3 <= RAW_BYTES ? 'rgb' : 'jpg');
  const bar = progress('prepare', train + val);
  try {
    const report = await prepare(source, target, {
      ...options,
      format,
      onProgress: ({ done }) => bar.update(done),
    });
    bar.stop();
    const gigabytes = (report.bytes / 1e9).toFixed(2);
    say(
      `  ${report.images.train + report.images.val} squares of 256 px, ${gigabytes} GB of ${format}: ${report.path}`,
    );
    if (report.skipped.length > 0) {
      say(`  left out ${report.skipped.length} that cannot be read:`);
      for (const { location, reason } of report.skipped.slice(0, 10)) say(`    ${location}: ${reason}`);
    }
  } finally {
    bar.stop();
  }
}

/** A source that changed (other counts, other classes) is another name, and prepared anew. */
function preparedName({ path, counts, classes }: IlsvrcSource): string {
  const identity = JSON.stringify([resolve(path), counts, classes]);
  const hash = createHash('sha256').update(identity).digest('hex').slice(0, 8);
  return `${basename(resolve(path))}-prepared-${hash}`;
}
