import type * as tfl from '@tensorflow/tfjs-layers';
import { checkNet } from '../check-net.js';
import type { Net } from '../net.js';
import { presets } from '../presets/presets.js';
import { brokenClassRule, brokenNameRule, type ClassOrder } from './class-order.js';
import { DESCRIPTION_KEY, type Description } from './describe.js';
import type { Preprocessing } from './preprocessing.js';

/** The description that `describe` stored in a model, if any. */
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

/** What {@link writeDescription} wrote into a file's metadata, if anything. */
export function readDescription({
  [DESCRIPTION_KEY]: text,
}: Readonly<Record<string, unknown>>): Partial<Description> {
  if (typeof text !== 'string') return {};
  let description: unknown;
  try {
    description = JSON.parse(text);
  } catch {
    throw new RangeError('its description is not JSON');
  }
  return checkDescription(description);
}

/** Limits on what a file may describe, far above any AlexNet. */
const MAX = { imageSize: 4096, layers: 32, size: 16_384 };

/**
 * Checks a description that came from a file.
 *
 * @throws RangeError naming the field that is wrong.
 */
export function checkDescription(value: unknown): Description {
  const { net, preprocessing, classes, classNames } = (value ?? {}) as Record<string, unknown>;
  requireLike(net, presets.original2012.net, 'net');
  const checked = net as Net;
  requireAtMost(checked.imageSize, MAX.imageSize, 'net.imageSize');
  requireAtMost(checked.convs.length, MAX.layers, 'net.convs.length');
  requireAtMost(checked.dense.length, MAX.layers, 'net.dense.length');
  checkNet(checked);
  return {
    net: checked,
    ...(preprocessing !== undefined && {
      preprocessing: checkPreprocessing(preprocessing, checked.imageSize),
    }),
    ...(classes !== undefined && { classes: checkClasses(classes) }),
    ...(classNames !== undefined && { classNames: checkNames(classNames) }),
  };
}

function checkPreprocessing(value: unknown, imageSize: number): Preprocessing {
  requireLike(value, { mean: [0], std: [0] }, 'preprocessing');
  const { mean, std, size } = value as Preprocessing;
  if (mean.length !== 3) fail('preprocessing.mean', 'three numbers', mean);
  if (std.length !== 3 || std.some((side) => side <= 0)) fail('preprocessing.std', 'three numbers > 0', std);
  if (size === undefined) return { mean, std };
  if (!Number.isInteger(size) || size < imageSize || size > MAX.size) {
    fail(
      'preprocessing.size',
      `a whole number from ${imageSize}, the side of the input, to ${MAX.size}`,
      size,
    );
  }
  return { mean, std, size };
}

function checkClasses(value: unknown): ClassOrder {
  const broken = brokenClassRule(value);
  if (broken) throw new RangeError(`its description's classes must be ${broken.rule}, got ${broken.got}`);
  return value as ClassOrder;
}

function checkNames(value: unknown): readonly string[] {
  const broken = brokenNameRule(value);
  if (broken) throw new RangeError(`its description's classNames must be ${broken.rule}, got ${broken.got}`);
  return value as readonly string[];
}

/** @throws RangeError unless there is one class, and one name if there are names, for each output. */
export function requireClassCount(
  { classes, classNames }: { [name in 'classes' | 'classNames']?: Description[name] | undefined },
  outputs: number,
): void {
  if (classes !== undefined && classes !== 'sorted' && classes.length !== outputs) {
    throw new RangeError(
      `classes must have one ID for each of the ${outputs} outputs, got ${classes.length}`,
    );
  }
  if (classNames === undefined || classNames.length === outputs) return;
  throw new RangeError(
    `classNames must have one for each of the ${outputs} outputs, got ${classNames.length}`,
  );
}

const nullable = new Set(['net.lrn', 'net.sameMap', 'net.dropout']);
/** Whether a field is a number or a word; `checkNet` checks the word. */
const isNumberOrWord = (path: string): boolean => /\.(padding|std|bias)$/.test(path);

/** Throws unless a value has the fields of an example, with values of the same types, at every depth. */
function requireLike(value: unknown, example: unknown, path: string): void {
  if (value === null && nullable.has(path)) return;
  if (Array.isArray(example)) {
    if (!Array.isArray(value)) fail(path, 'a list', value);
    for (const item of value as unknown[]) requireLike(item, example[0], `${path}[]`);
  } else if (typeof example === 'object' && example !== null) {
    if (typeof value !== 'object' || value === null) fail(path, 'an object', value);
    for (const [key, part] of Object.entries(example)) {
      requireLike((value as Record<string, unknown>)[key], part, `${path}.${key}`);
    }
  } else {
    const types = isNumberOrWord(path) ? ['number', 'string'] : [typeof example];
    const finite = typeof value !== 'number' || Number.isFinite(value);
    if (!types.includes(typeof value) || !finite) fail(path, `a ${types.join(' or ')}`, value);
  }
}

function requireAtMost(value: number, most: number, path: string): void {
  if (value > most) fail(path, `at most ${most}`, value);
}

function fail(path: string, rule: string, value: unknown): never {
  throw new RangeError(
    `its description's ${path} must be ${rule}, got ${String(JSON.stringify(value)).slice(0, 60)}`,
  );
}
