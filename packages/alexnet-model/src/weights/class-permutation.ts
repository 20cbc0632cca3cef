import { brokenClassRule, type ClassOrder } from './class-order.js';

/**
 * Where each class of one order is in another: `from[permutation[i]]` is `to[i]`. So `tf.gather(logits,
 * permutation, -1)` puts outputs in the order `from` into the order `to`. 'sorted' stands for the sorted WordNet
 * IDs of the other order, so only the number of classes can be compared with it.
 *
 * ILSVRC's devkit numbers the classes by ILSVRC2012_ID, and published ImageNet weights by sorted WordNet ID.
 *
 * @throws RangeError if the two have different classes, naming the first; if a class occurs twice; or if both
 *   are 'sorted'.
 * @example
 * classPermutation(['n01440764', 'n02119789'], ['n02119789', 'n01440764']); // [1, 0]
 * const to = data.classes.map(({ wnid }) => wnid);
 * const logits = tf.gather(model.predict(xs), classPermutation('sorted', to), -1);
 */
export function classPermutation(from: ClassOrder, to: ClassOrder): number[] {
  for (const [name, order] of Object.entries({ from, to })) {
    const broken = brokenClassRule(order);
    if (broken) throw new RangeError(`${name} must be ${broken.rule} (classPermutation), got ${broken.got}.`);
  }
  if (from === 'sorted' && to === 'sorted') {
    throw new RangeError("from or to must be a list of IDs (classPermutation), got 'sorted' for both.");
  }
  const source = from === 'sorted' ? sorted('to', to) : from;
  const target = to === 'sorted' ? sorted('from', source) : to;
  const difference = classDifference(source, target);
  if (difference)
    throw new RangeError(`from and to must have the same classes (classPermutation), but ${difference}.`);
  const positions = new Map(source.map((id, i) => [id, i]));
  return target.map((id) => positions.get(id) as number);
}

/** @throws RangeError if an ID is not a WordNet ID, as those of shards that only have label numbers. */
function sorted(name: string, order: ClassOrder): string[] {
  const ids = [...order];
  const other = ids.findIndex((id) => !/^n\d{8}$/.test(id));
  if (other < 0) return ids.sort();
  throw new RangeError(
    `${name} must list WordNet IDs such as n01440764 if the other is 'sorted' (classPermutation), got '${ids[other]}' as class ${other}.`,
  );
}

/** The first class that only one of two orders has. */
function classDifference(from: readonly string[], to: readonly string[]): string | undefined {
  const [inFrom, inTo] = [new Set(from), new Set(to)];
  const count = from.length === to.length ? '' : `from has ${from.length} and to has ${to.length}: `;
  const added = to.findIndex((id) => !inFrom.has(id));
  if (added >= 0) return `${count}class ${added} of to, '${to[added]}', is not in from`;
  const lost = from.findIndex((id) => !inTo.has(id));
  return lost < 0 ? undefined : `${count}class ${lost} of from, '${from[lost]}', is not in to`;
}
