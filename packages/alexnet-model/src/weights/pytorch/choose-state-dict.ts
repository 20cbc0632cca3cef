import { isAuxiliary } from '../extra-tensors.js';
import { firstFitting, readingsOf } from '../readings.js';
import type { WeightFile } from '../weight-file.js';
import type { StateDict } from './state-dicts.js';

/** Keys under which programs save the net itself, the first choice first. */
const usualKeys = ['', 'state_dict', 'model_state_dict', 'model', 'net', 'network', 'module'];

/**
 * Reads the state dict, or the part of one, with the given key. Without a key it is the only one that fits the net, or else the
 * one that is not an average or a teacher, has the most usual key and is nearest to the top, in this order.
 *
 * @throws RangeError listing the keys if none is the one to choose.
 */
export function chooseStateDict(
  dicts: readonly StateDict[],
  key: string | undefined,
  requireFit: (file: WeightFile) => void,
): WeightFile {
  const wanted = key === undefined ? dicts : withKey(dicts, key);
  if (wanted.length === 0) refuseKey(dicts, key);
  const attempts = wanted.map((dict) => attempt(dict, requireFit));
  const fitting = attempts.filter(({ file }) => file);
  const [best, next] = (fitting.length > 0 ? fitting : attempts).sort((a, b) => compare(a.dict, b.dict));
  if (!best?.file) throw best?.error;
  if (next && compare(best.dict, next.dict) === 0) {
    const keys = keysOf(fitting.map(({ dict }) => dict));
    throw new RangeError(`it has more than one state dict that fits (${keys}); set key to one of them`);
  }
  const others = dicts.filter((dict) => dict !== best.dict).map((dict) => dict.key);
  return { ...best.file, ...(others.length > 0 && { stateDict: { key: best.dict.key, others } }) };
}

/** The state dict with a key, or else the part of one whose names begin with the key, as `student.` does. */
function withKey(dicts: readonly StateDict[], key: string): readonly StateDict[] {
  const exact = dicts.filter((dict) => dict.key === key);
  if (exact.length > 0) return exact;
  return dicts.flatMap((dict) => {
    const isBelow = dict.key !== '' && key.startsWith(`${dict.key}.`);
    const prefix = `${isBelow ? key.slice(dict.key.length + 1) : key}.`;
    const inside = [...dict.tensors].filter(([name]) => name.startsWith(prefix));
    if (inside.length === 0) return [];
    const beside = [...dict.tensors.keys()].filter((name) => !name.startsWith(prefix));
    return [{ key: `${dict.key}.${prefix.slice(0, -1)}`, tensors: new Map(inside), beside }];
  });
}

interface Attempt {
  dict: StateDict;
  file?: WeightFile;
  error?: unknown;
}

function attempt(dict: StateDict, requireFit: (file: WeightFile) => void): Attempt {
  try {
    const file = firstFitting(readingsOf(dict.tensors), requireFit);
    const { beside = [] } = dict;
    return {
      dict,
      file: beside.length > 0 ? { ...file, leftOut: [...(file.leftOut ?? []), ...beside] } : file,
    };
  } catch (error) {
    return { dict, error };
  }
}

/** Which of two state dicts comes first: < 0 for `a`, 0 if nothing decides. */
function compare(a: StateDict, b: StateDict): number {
  const [ranksA, ranksB] = [ranks(a), ranks(b)];
  const differing = ranksA.findIndex((rank, i) => rank !== ranksB[i]);
  return differing < 0 ? 0 : (ranksA[differing] as number) - (ranksB[differing] as number);
}

function ranks({ key }: StateDict): number[] {
  const parts = key.split('.');
  const usual = usualKeys.indexOf(parts.at(-1) ?? '');
  return [Number(isAuxiliary(key)), usual < 0 ? usualKeys.length : usual, parts.length];
}

function refuseKey(dicts: readonly StateDict[], key: string | undefined): never {
  const isPlain = dicts.length === 1 && dicts[0]?.key === '';
  const rule = isPlain
    ? 'key must be left out, since it is itself a state dict'
    : `key must be one of ${keysOf(dicts)}`;
  throw new RangeError(`${rule}, got '${key?.slice(0, 80)}'`);
}

const MOST_KEYS = 6;

function keysOf(dicts: readonly StateDict[]): string {
  const keys = dicts.slice(0, MOST_KEYS).map(({ key }) => `'${key.slice(0, 40)}'`);
  return [...keys, ...(dicts.length > MOST_KEYS ? [`${dicts.length - MOST_KEYS} more`] : [])].join(', ');
}
