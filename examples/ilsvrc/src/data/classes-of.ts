import { embeddedClasses } from '@alexnet/embedded-ilsvrc';
import { type ImageClass, isPrepared, openIlsvrc, openPrepared } from '@alexnet/imagenet-reader';
import { withWords } from './with-words.js';

/**
 * The classes of a data set, original or prepared, by label, with ImageNet's words for IDs that have none.
 * Without a path, the classes of the embedded data set.
 */
export async function classesOf(
  path: string | undefined,
  signal: AbortSignal,
): Promise<readonly ImageClass[]> {
  if (path === undefined) return embeddedClasses;
  const data = (await isPrepared(path)) ? await openPrepared(path) : await openIlsvrc(path, { signal });
  await data.close();
  return withWords(data.classes);
}
