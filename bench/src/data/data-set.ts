import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ImageFormat, openIlsvrc, prepare } from '@alexnet/imagenet-reader';
import { type SourceImages, sourceImages } from './source-images.js';
import { writeMeta } from './write-meta.js';

/** How often the index names each image: an epoch lasts some seconds, so that starting a thread counts for little. */
export const REPEATS = { jpg: 2, rgb: 16 } as const;

/** The folders of the data bench, in a temporary folder. */
export interface DataSet {
  readonly source: SourceImages;
  /** A path in the temporary folder. */
  path(name: string): string;
  /** The folder of the images prepared in a format, each {@link REPEATS} times; written at the first call. */
  prepared(format: ImageFormat): Promise<string>;
  remove(): Promise<void>;
}

export async function dataSet(): Promise<DataSet> {
  const folder = await mkdtemp(join(tmpdir(), 'alexnet-bench-'));
  const path = (name: string): string => join(folder, name);
  const written = new Map<ImageFormat, Promise<string>>();
  const write = async (format: ImageFormat): Promise<string> => {
    const opened = await openIlsvrc(join(folder, 'source'));
    await prepare(opened, path(format), { format });
    await opened.close();
    await repeat(path(format), REPEATS[format]);
    return path(format);
  };
  return {
    source: await sourceImages(folder),
    path,
    prepared(format) {
      const done = written.get(format) ?? write(format);
      written.set(format, done);
      return done;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Makes an epoch `times` as long as the training shards: the index names each image that often. */
async function repeat(folder: string, times: number): Promise<void> {
  const meta = JSON.parse(await readFile(join(folder, 'meta.json'), 'utf8'));
  const { train } = meta.splits;
  const index = await readFile(join(folder, train.index));
  await writeFile(join(folder, train.index), Buffer.concat(Array(times).fill(index)));
  train.images *= times;
  await writeMeta(folder, meta);
}
