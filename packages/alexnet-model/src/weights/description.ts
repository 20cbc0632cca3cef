import type * as tfl from '@tensorflow/tfjs-layers';
import type { Net } from '../net.js';
import { presets } from '../presets.js';
import type { Preprocessing } from './preprocessing.js';

/** The key of {@link Description} in a model's user-defined metadata and in the metadata of the files. */
export const DESCRIPTION_KEY = 'alexnet';

/** What travels with the weights: the net with every constant, and what it expects of a picture. */
export interface Description {
  readonly net: Net;
  readonly preprocessing?: Preprocessing;
}

/** Makes a description part of a model: `model.save` keeps it, `tf.loadLayersModel` gives it back. */
export function describe(model: tfl.LayersModel, description: Description): void {
  model.setUserDefinedMetadata({ ...model.getUserDefinedMetadata(), [DESCRIPTION_KEY]: description });
}

/** The description that {@link describe} gave a model, if it did. */
export function descriptionOf(model: tfl.LayersModel): Description | undefined {
  const { [DESCRIPTION_KEY]: description } = (model.getUserDefinedMetadata() ?? {}) as Record<
    string,
    unknown
  >;
  return description === undefined ? undefined : checkDescription(description);
}

/** The description as JSON, for a file's metadata. */
export function writeDescription(description: Description): Record<string, string> {
  return { [DESCRIPTION_KEY]: JSON.stringify(description) };
}

/** What {@link writeDescription} wrote, if it did. */
export function readDescription({
  [DESCRIPTION_KEY]: text,
}: Readonly<Record<string, unknown>>): Partial<Description> {
  if (typeof text !== 'string') return {};
  let description: unknown;
  try {
    description = JSON.parse(text);
  } catch {
    throw new RangeError('its description is no JSON');
  }
  return checkDescription(description);
}

/** Bounds on what a file may ask for, far above any AlexNet. */
const MAX = { imageSize: 4096, convs: 32, dense: 16 };

/**
 * Checks a description that came from a file.
 *
 * @throws RangeError naming the field that is wrong.
 */
export function checkDescription(value: unknown): Description {
  const { net, preprocessing } = (value ?? {}) as Record<string, unknown>;
  requireLike(net, presets.paper.net, 'net');
  const { imageSize, towers, activation, convs, dense, dropout } = net as Net;
  requireWhole(imageSize, 'net.imageSize', 1, MAX.imageSize);
  requireWhole(convs.length, 'net.convs.length', 1, MAX.convs);
  requireWhole(dense.length, 'net.dense.length', 1, MAX.dense);
  requireOneOf(towers, [1, 2], 'net.towers');
  requireOneOf(activation, ['relu', 'tanh'], 'net.activation');
  if (dropout) requireOneOf(dropout.placement, ['outputs', 'inputs'], 'net.dropout.placement');
  for (const conv of convs) {
    for (const field of ['kernelSize', 'strides', 'groups'] as const) {
      requireWhole(conv[field], `net.convs[].${field}`, 1, MAX.imageSize);
    }
    if (conv.padding !== 'overhang') requireWhole(conv.padding, 'net.convs[].padding', 0, MAX.imageSize);
    for (const step of conv.steps) {
      requireOneOf(step, ['activation', 'lrn', 'sameMap', 'pool'], 'net.convs[].steps[]');
    }
  }
  if (preprocessing === undefined) return { net: net as Net };
  requireLike(preprocessing, { mean: [0], std: [0] }, 'preprocessing');
  const checked = preprocessing as Preprocessing;
  requireWhole(checked.mean.length, 'preprocessing.mean.length', 3, 3);
  requireWhole(checked.std.length, 'preprocessing.std.length', 3, 3);
  if (checked.std.some((std) => std <= 0)) fail('preprocessing.std[]', 'a number > 0', checked.std);
  return { net: net as Net, preprocessing: checked };
}

/** Throws unless a value has the fields of an example with values of their types, all the way down. */
function requireLike(value: unknown, example: unknown, path: string): void {
  if (path === 'net.dropout' && value === null) return;
  if (path === 'net.convs[].padding' && typeof value === 'number') return;
  if (Array.isArray(example)) {
    if (!Array.isArray(value)) fail(path, 'a list', value);
    for (const item of value as unknown[]) requireLike(item, example[0], `${path}[]`);
  } else if (typeof example === 'object' && example !== null) {
    if (typeof value !== 'object' || value === null) fail(path, 'an object', value);
    for (const [key, part] of Object.entries(example)) {
      requireLike((value as Record<string, unknown>)[key], part, `${path}.${key}`);
    }
  } else if (typeof value !== typeof example || (typeof value === 'number' && !Number.isFinite(value))) {
    fail(path, `a ${typeof example}`, value);
  }
}

function requireWhole(value: number, path: string, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    fail(path, `a whole number from ${least} to ${most}`, value);
  }
}

function requireOneOf(value: unknown, choices: readonly unknown[], path: string): void {
  if (!choices.includes(value)) fail(path, `one of ${choices.join(', ')}`, value);
}

function fail(path: string, rule: string, value: unknown): never {
  throw new RangeError(
    `its description's ${path} must be ${rule}, got ${String(JSON.stringify(value)).slice(0, 60)}`,
  );
}
