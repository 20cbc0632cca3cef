import type { PickleGlobals } from './pickle.js';
import { call } from './pickle-opcodes.js';
import { PickledName } from './pickled-object.js';
import { rebuildTensor } from './pickled-tensor.js';
import {
  type FindStorage,
  type PyTorchStorage,
  type StorageType,
  storageTypes,
  viewOfStorage,
} from './pytorch-storage.js';
import { quantizedHint, resavingEach } from './resave-hint.js';

type Global = (args: readonly unknown[]) => unknown;

/** Storage classes, which a pickle may name but not call. */
const storageClasses = new Map<unknown, StorageType>();
const storageGlobals = Object.entries(storageTypes).map(([name, type]): [string, Global] => {
  const refuse = (): never => {
    throw new RangeError(`the pickle calls torch.${name}, which is not allowed`);
  };
  storageClasses.set(refuse, type);
  return [`torch ${name}`, refuse];
});

/** The names that the pickle of a state dict needs. A reader has its own, since dictionaries are its own. */
export function pytorchGlobals(): PickleGlobals {
  const dictionary = dictionaries();
  const first: Global = ([data]) => data;
  return new Map<string, Global>([
    ...storageGlobals,
    ['collections OrderedDict', dictionary],
    ['builtins dict', dictionary],
    ['__builtin__ dict', dictionary],
    ['collections defaultdict', () => new Map()],
    ['torch._utils _rebuild_tensor', rebuildTensor],
    ['torch._utils _rebuild_tensor_v2', rebuildTensor],
    ['torch._tensor _rebuild_from_type_v2', rebuildFromType],
    ['torch._utils _rebuild_parameter', first],
    ['torch._utils _rebuild_parameter_with_state', first],
    // PyTorch before 0.4
    ['torch Size', first],
    ['torch.nn.parameter Parameter', first],
    ['torch.autograd.variable Variable', first],
    ['copy_reg __newobj__', ([callee, ...args]) => call(callee, args)],
    ['copyreg __newobj__', ([callee, ...args]) => call(callee, args)],
  ]);
}

/** A tensor with attributes of its own, which weights do not need. */
function rebuildFromType([rebuild, , args]: readonly unknown[]): unknown {
  if (typeof rebuild === 'function' && rebuild !== rebuildTensor) {
    throw new RangeError('a tensor in its pickle is not described the way PyTorch does it');
  }
  return call(rebuild, args);
}

/**
 * Python 2 gives an OrderedDict its items as a list of pairs. One list makes one dictionary however often it
 * is used, so a pickle that repeats a list cannot fill the memory.
 */
function dictionaries(): Global {
  const made = new Map<unknown, Map<unknown, unknown>>();
  return ([items]) => {
    if (items instanceof Map) return items;
    if (!Array.isArray(items) || items.length === 0) return new Map();
    const known = made.get(items);
    if (known) return known;
    if (!items.every((item) => Array.isArray(item) && item.length === 2)) {
      throw new RangeError('a dictionary of its pickle is not made of pairs');
    }
    const dictionary = new Map(items as [unknown, unknown][]);
    made.set(items, dictionary);
    return dictionary;
  };
}

/** The type of the values of a storage class. @throws RangeError if what is named is not one. */
export function storageTypeOf(named: unknown): StorageType {
  const type = storageClasses.get(named);
  if (type) return type;
  if (!(named instanceof PickledName)) throw new RangeError('its pickle has a storage without a class');
  const remedy = /\.QU?Int/.test(named.name) ? quantizedHint : resavingEach('value.float()');
  throw new RangeError(
    `its pickle has a storage of the class ${named.name}, which is not known here; ${remedy}`,
  );
}

/** The object that a persistent id of PyTorch refers to: a storage, a part of one, or a class. */
export function loadPersistent(id: unknown, find: FindStorage): PyTorchStorage | PickledName {
  const [kind, named, key, , length, view] = Array.isArray(id) ? (id as unknown[]) : [];
  if (kind === 'module' && named instanceof PickledName) return named;
  if (kind !== 'storage' || typeof key !== 'string' || !isSize(length)) {
    throw new RangeError('a persistent id of its pickle is not a storage');
  }
  const storage = find(storageTypeOf(named), key, length);
  if (!Array.isArray(view)) return storage;
  const [, offset, size] = view as unknown[];
  return viewOfStorage(storage, Number(offset), Number(size));
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
