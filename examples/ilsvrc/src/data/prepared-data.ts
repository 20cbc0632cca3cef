import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import {
  type IlsvrcSource,
  openIlsvrc,
  openPrepared,
  type PreparedData,
  sourceState,
} from '@alexnet/imagenet-reader';
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
    const target = path ? await preparedPath(source, dataFolder, signal) : `${source.path}-prepared`;
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

/**
 * The folder of a data set's prepared copy. Its name depends on the data set's path and state, so data that
 * has changed is prepared again.
 */
async function preparedPath(source: IlsvrcSource, dataFolder: string, signal: AbortSignal): Promise<string> {
  const path = resolve(source.path);
  const earlier = `${basename(path)}-prepared-${short(path)}-`;
  const name = `${earlier}${short(await sourceState(source, { signal }))}`;
  if (!existsSync(join(dataFolder, name, 'meta.json'))) {
    const others = (await readdir(dataFolder).catch(() => [])).filter(
      (other) => other.startsWith(earlier) && existsSync(join(dataFolder, other, 'meta.json')),
    );
    for (const other of others) {
      say(
        `  files have changed since ${join(dataFolder, other)} was prepared, so the data is prepared again; remove that folder if you no longer need it`,
      );
    }
  }
  return join(dataFolder, name);
}

function short(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
