import type { ByteCursor } from '../byte-cursor.js';
import type { WeightTensor } from '../weight-tensor.js';
import { readPickle } from './pickle.js';
import { PickledName, PickledObject } from './pickled-object.js';
import { PickledTensor } from './pickled-tensor.js';
import { loadPersistent, pytorchGlobals } from './pytorch-globals.js';
import type { FindStorage } from './pytorch-storage.js';
import { resaveHint } from './resave-hint.js';

/**
 * The tensors of a pickled state dict, with their names and in their order. In a training checkpoint, the
 * state dict is under `state_dict`, `model_state_dict` or `model`; objects beside it stay inert.
 *
 * @throws RangeError if there is no state dict, or if it contains something that is not a tensor.
 */
export function readStateDict(cursor: ByteCursor, find: FindStorage): WeightTensor[] {
  const root = readPickle(cursor, pytorchGlobals(), (id) => loadPersistent(id, find));
  return Array.from(stateDictOf(root), ([name, tensor]) => {
    if (typeof name !== 'string' || !(tensor instanceof PickledTensor)) {
      throw new RangeError(`'${String(name).slice(0, 80)}' of its state dict is not a tensor`);
    }
    return tensor.asWeight(name);
  });
}

function stateDictOf(root: unknown): Map<unknown, unknown> {
  if (root instanceof PickledName || root instanceof PickledObject) {
    throw new RangeError(
      `the pickle names ${root.name}, which is not allowed in place of a state dict; ${resaveHint}`,
    );
  }
  if (!(root instanceof Map)) throw new RangeError(`it does not hold a state dict; ${resaveHint}`);
  for (const key of ['state_dict', 'model_state_dict', 'model']) {
    const nested: unknown = root.get(key);
    if (nested instanceof Map) return nested;
  }
  return root;
}
