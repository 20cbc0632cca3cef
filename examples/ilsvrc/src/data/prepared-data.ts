import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type IlsvrcSource, openIlsvrc, openPrepared, type PreparedData } from '@alexnet/imagenet-reader';
import { say } from '../cli/say.js';
import { embeddedData } from './embedded-data.js';
import { prepareWithProgress, sayMissing, sayPlan } from './prepare-with-progress.js';

/** Where data is kept, and what happens to an image that cannot be read. */
export interface DataFolderOptions {
  /** The folder that keeps embedded and prepared data between runs. */
  dataFolder: string;
  onError: 'stop' | 'skip';
}

/** Options of {@link preparedData}. */
export interface DataOptions extends DataFolderOptions {
  /**
   * A folder in a layout of {@link openIlsvrc}, or one that `alexnet prepare` wrote; absent: the embedded
   * data set.
   */
  path?: string | undefined;
  embedded: { trainPerClass: number; valPerClass: number };
  signal: AbortSignal;
}

/** Opens the data of a run. Draws the embedded data set and prepares data if that was not done before. */
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
      `  ${source.counts.train} training and ${source.counts.val} validation images of ${source.classes.length} classes (${source.path})`,
    );
    sayMissing(source);
    const target = path ? join(dataFolder, preparedName(source)) : `${source.path}-prepared`;
    if (existsSync(join(target, 'meta.json'))) {
      say(`  already prepared: ${target}`);
    } else {
      await sayPlan(source, target, { signal });
      await prepareWithProgress(source, target, { onError, signal });
    }
    return await openPrepared(target);
  } finally {
    await source.close();
  }
}

/** The name depends on counts and classes, so a source that has changed is prepared again. */
function preparedName({ path, counts, classes }: IlsvrcSource): string {
  const identity = JSON.stringify([resolve(path), counts, classes]);
  const hash = createHash('sha256').update(identity).digest('hex').slice(0, 8);
  return `${basename(resolve(path))}-prepared-${hash}`;
}
