import { imagenetClasses } from '@alexnet/alexnet-model/classes';
import type { ImageClass } from '@alexnet/imagenet-reader';

/**
 * The classes with ImageNet's words for those that have a WordNet ID and no words of their own, such as the folders
 * n01440764 of Imagenette. The others are unchanged.
 */
export async function withWords(classes: readonly ImageClass[]): Promise<readonly ImageClass[]> {
  const isBare = ({ wnid, words }: ImageClass): boolean => wnid === words && /^n\d{8}$/.test(wnid);
  if (!classes.some(isBare)) return classes;
  const known = new Map((await imagenetClasses()).map(({ wnid, words }) => [wnid, words]));
  return classes.map((one) => (isBare(one) ? { ...one, words: known.get(one.wnid) ?? one.words } : one));
}
