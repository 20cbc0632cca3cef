import type { ByteCursor } from '../byte-cursor.js';
import { readPickle } from './pickle.js';
import { PickledName, PickledObject } from './pickled-object.js';
import { loadPersistent, pytorchGlobals } from './pytorch-globals.js';
import type { FindStorage } from './pytorch-storage.js';
import { resaveHint } from './resave-hint.js';
import { type FoundDicts, findStateDicts } from './state-dicts.js';

/**
 * The state dicts of a pickled checkpoint, or the one that the pickle is. Objects beside them stay inert.
 *
 * @throws RangeError if there is none.
 */
export function readStateDicts(cursor: ByteCursor, find: FindStorage): FoundDicts {
  return stateDictsOf(readPickle(cursor, pytorchGlobals(), (id) => loadPersistent(id, find)));
}

/** The state dicts of what a pickle holds. @throws RangeError if there is none. */
function stateDictsOf(root: unknown): FoundDicts {
  if (root instanceof PickledName || root instanceof PickledObject) {
    throw new RangeError(
      `the pickle names ${root.name}, which is not allowed in place of a state dict; ${resaveHint}`,
    );
  }
  const found = findStateDicts(root);
  if (found.stateDicts.length === 0) throw new RangeError(`it does not hold a state dict; ${resaveHint}`);
  return found;
}
