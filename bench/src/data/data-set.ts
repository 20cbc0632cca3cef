import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ImageFormat, openIlsvrc, prepare } from '@alexnet/imagenet-reader';
import { type SourcePictures, sourcePictures } from './source-pictures.js';

/** The folders of the data bench, in a temporary one. */
export interface DataSet {
  readonly source: SourcePictures;
  /** Side by side with `folder`. */
  path(name: string): string;
  /** The folder of the pictures prepared in a format; written at the first call. */
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
    return path(format);
  };
  return {
    source: await sourcePictures(folder),
    path,
    prepared(format) {
      const done = written.get(format) ?? write(format);
      written.set(format, done);
      return done;
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
