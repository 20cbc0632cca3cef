import { PickledObject } from './pickled-object.js';
import { quantizedHint, resaveHint, resavingEach } from './resave-hint.js';

/** What to type in Python about the values of a state dict that are no plain tensors, by what makes them. */
const remedies: readonly (readonly [makes: RegExp, remedy: string])[] = [
  [/^numpy\./, resavingEach('torch.as_tensor(value)')],
  [/^torch\._utils\._rebuild_sparse/, resavingEach('value.to_dense()')],
  [/^torch\._utils\._rebuild_qtensor/, quantizedHint],
  [
    /^torch\._utils\._rebuild_meta/,
    "its device is 'meta', so it has no values; load the weights before you save",
  ],
  [/^torch\.distributed/, resavingEach('value.full_tensor()')],
];

/** Refuses a value that has the name of a weight or a bias and is not a tensor. */
export function refuseValue(name: string, value: unknown): never {
  const start = `'${name.slice(0, 80)}' of its state dict is not a tensor`;
  if (!(value instanceof PickledObject)) throw new RangeError(`${start}; ${resaveHint}`);
  const remedy = remedies.find(([makes]) => makes.test(value.name))?.[1] ?? resaveHint;
  throw new RangeError(`${start}, but made by ${value.name}; ${remedy}`);
}
