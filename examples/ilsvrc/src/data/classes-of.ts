import { embeddedClasses } from '@alexnet/embedded-ilsvrc';
import { type ImageClass, isPrepared, openIlsvrc, openPrepared } from '@alexnet/imagenet-reader';

/**
 * The classes of a data set, original or prepared, by label. Without a path, the classes of the embedded data
 * set.
 */
export async function classesOf(
  path: string | undefined,
  signal: AbortSignal,
): Promise<readonly Pick<ImageClass, 'wnid' | 'words'>[]> {
  if (path === undefined) return embeddedClasses;
  const data = (await isPrepared(path)) ? await openPrepared(path) : await openIlsvrc(path, { signal });
  await data.close();
  return data.classes;
}
