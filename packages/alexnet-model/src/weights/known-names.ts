import type { ClassOrder } from './class-order.js';
import { imagenetClasses } from './imagenet-classes.js';

/** Published weights with so many classes follow the sorted WordNet IDs, whatever program trained them. */
export const IMAGENET_CLASSES = 1000;

/**
 * The words of classes that have ImageNet's IDs, or are ILSVRC's 1000 in their sorted order. A class with
 * another ID among them is called by its ID. Undefined if no class is known.
 */
export async function knownNames(
  order: ClassOrder | undefined,
  outputs: number,
): Promise<readonly string[] | undefined> {
  if (order === 'sorted') {
    return outputs === IMAGENET_CLASSES ? (await imagenetClasses()).map(({ words }) => words) : undefined;
  }
  if (!order?.some((id) => /^n\d{8}$/.test(id))) return undefined;
  const words = new Map((await imagenetClasses()).map((one) => [one.wnid, one.words]));
  return order.some((id) => words.has(id)) ? order.map((id) => words.get(id) ?? id) : undefined;
}
