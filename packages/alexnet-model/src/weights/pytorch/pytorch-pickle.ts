import type { ByteCursor } from '../byte-cursor.js';
import { readPickle } from './pickle.js';
import { pytorchGlobals } from './pytorch-globals.js';
import { refuseRoot } from './refuse-root.js';
import { type FoundDicts, findStateDicts } from './state-dicts.js';

/**
 * The state dicts of a pickled checkpoint, or the one that the pickle is. Objects beside them stay inert.
 *
 * @param loadPersistent Returns what a persistent id refers to: a storage, or in the first format a tensor.
 * @throws RangeError if there is none.
 */
export function readStateDicts(cursor: ByteCursor, loadPersistent: (id: unknown) => unknown): FoundDicts {
  const root = readPickle(cursor, pytorchGlobals(), loadPersistent);
  const found = findStateDicts(root);
  return found.stateDicts.length > 0 ? found : refuseRoot(root);
}
