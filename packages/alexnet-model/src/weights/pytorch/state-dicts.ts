import type { NamedTensors, WeightTensor } from '../weight-tensor.js';
import { PickledTensor } from './pickled-tensor.js';
import { refuseValue } from './refuse-value.js';

/** A dictionary of a checkpoint that holds the weights and biases of layers. */
export interface StateDict {
  /** Its keys from the top of the checkpoint, joined by dots; empty for the top itself. */
  readonly key: string;
  readonly tensors: NamedTensors;
  /** The names of the tensors beside it, if it is a part of a dictionary. */
  readonly beside?: readonly string[];
}

/** The dictionaries of a checkpoint that `importWeights` knows. */
export interface FoundDicts {
  readonly stateDicts: readonly StateDict[];
  /** The keys of the states of optimizers, which are not read. */
  readonly optimizers: readonly string[];
}

/** How far below the top of a checkpoint a state dict may be, as in `checkpoint['nets']['student']`. */
const MAX_DEPTH = 2;

/**
 * Finds the state dicts of what a pickle holds, in dictionaries, lists and tuples, the ones nearest to the
 * top first. Each value is visited once, so the search takes no longer than the pickle is long.
 */
export function findStateDicts(root: unknown): FoundDicts {
  const optimizers: string[] = [];
  const stateDicts: (StateDict & { hasTensor: boolean })[] = [];
  const visited = new Set<unknown>([root]);
  let level: [key: string, value: unknown][] = [['', root]];
  for (let depth = 0; depth <= MAX_DEPTH; depth++) {
    const below: typeof level = [];
    for (const [key, value] of level) {
      if (value instanceof Map && value.has('param_groups')) optimizers.push(key);
      else if (value instanceof Map && hasLayer(value)) {
        stateDicts.push({ key, tensors: namedTensors(value), hasTensor: hasLayer(value, isTensor) });
      } else if (depth < MAX_DEPTH) {
        for (const [name, child] of entriesOf(value)) {
          if (!isContainer(child) || visited.has(child)) continue;
          visited.add(child);
          below.push([key === '' ? name : `${key}.${name}`, child]);
        }
      }
    }
    level = below;
  }
  const whole = stateDicts.filter(({ hasTensor }) => hasTensor);
  return { stateDicts: whole.length > 0 ? whole : stateDicts, optimizers };
}

const isTensor = (value: unknown): boolean => value instanceof PickledTensor;
const isContainer = (value: unknown): boolean => value instanceof Map || Array.isArray(value);

/** Whether a dictionary has a weight or a bias of a layer for which a condition holds. */
function hasLayer(
  dictionary: ReadonlyMap<unknown, unknown>,
  holds: (value: unknown) => boolean = () => true,
): boolean {
  for (const [name, value] of dictionary) {
    if (typeof name === 'string' && /.[./](weight|kernel|bias)$/.test(name) && holds(value)) return true;
  }
  return false;
}

function* entriesOf(value: unknown): Generator<[name: string, child: unknown]> {
  const entries = value instanceof Map || Array.isArray(value) ? value.entries() : [];
  for (const [name, child] of entries) yield [String(name).slice(0, LONGEST_KEY), child];
}

const LONGEST_KEY = 80;

function namedTensors(dictionary: ReadonlyMap<unknown, unknown>): NamedTensors {
  return new Map(
    Array.from(dictionary, ([key, value]): [string, () => WeightTensor] => {
      const name = String(key);
      return [name, () => asWeight(name, value)];
    }),
  );
}

function asWeight(name: string, value: unknown): WeightTensor {
  return value instanceof PickledTensor ? value.asWeight(name) : refuseValue(name, value);
}
