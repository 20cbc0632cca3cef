import { describeValue } from '@alexnet/validate';
import { isLeaf, type Source } from './cited.js';
import type { Preset } from './preset.js';
import { type PresetName, presetOf } from './presets.js';

/** A value of a preset and its source. */
export interface CitedValue {
  value: unknown;
  source: Source;
}

/** A value of a preset, its source and its path. */
export interface PresetField extends CitedValue {
  /** The path in the preset, such as `training.schedule.epochs` or `net.convs[2].std`. */
  path: string;
}

/** A field in which two presets differ. A side is `undefined` if that preset has no such field. */
export interface PresetDifference {
  path: string;
  a: CitedValue | undefined;
  b: CitedValue | undefined;
}

/**
 * Every value of a preset with its source, in the order of the preset.
 *
 * @throws RangeError if the name is unknown, TypeError if the value is not a preset.
 * @example
 * presetFields('paper')[0]; // { path: 'net.imageSize', value: 224, source: 'paper sec. 3.5' }
 */
export function presetFields(preset: PresetName | Preset): PresetField[] {
  const { net, training, augmentation, sources } = resolve(preset, 'presetFields');
  return fieldsOf({ net, training, augmentation }, sources, '');
}

/**
 * The fields in which two presets differ, each with both values and their sources. If a group is `null` in
 * one preset, it is compared with every field of the group in the other.
 *
 * @throws RangeError if a name is unknown, TypeError if a value is not a preset.
 * @example
 * diffPresets('paper', 'original2012').find(({ path }) => path === 'net.convs[2].std');
 * // { path: 'net.convs[2].std', a: { value: .01, source: 'paper sec. 5' },
 * //   b: { value: .03, source: 'original layers/layers-145.cfg: initW' } }
 */
export function diffPresets(a: PresetName | Preset, b: PresetName | Preset): PresetDifference[] {
  const left = fieldsByPath(resolve(a, 'diffPresets'));
  const right = fieldsByPath(resolve(b, 'diffPresets'));
  const paths = inOrder([...new Set([...left.keys(), ...right.keys()])]);
  return paths
    .filter(
      (path) => !paths.some((other) => /^[.[]/.test(other.slice(path.length)) && other.startsWith(path)),
    ) // null in one preset, a group in the other
    .map((path) => ({ path, a: nearest(left, path), b: nearest(right, path) }))
    .filter((field) => !isEqual(field.a?.value, field.b?.value));
}

type Fields = ReadonlyMap<string, CitedValue>;

function fieldsByPath(preset: Preset): Fields {
  return new Map(presetFields(preset).map(({ path, value, source }) => [path, { value, source }]));
}

function resolve(preset: PresetName | Preset, caller: string): Preset {
  if (typeof preset !== 'object' || preset === null) return presetOf(preset, caller);
  if (typeof preset.sources === 'object') return preset;
  throw new TypeError(`preset must be a name or one of presets (${caller}), got ${describeValue(preset)}.`);
}

function fieldsOf(value: unknown, sources: unknown, path: string): PresetField[] {
  if (isLeaf(value)) return [{ path, value, source: sources as Source }];
  return Object.entries(value as object).flatMap(([key, inner]) => {
    const step = Array.isArray(value) ? `[${key}]` : path === '' ? key : `.${key}`;
    return fieldsOf(inner, (sources as Record<string, unknown>)[key], path + step);
  });
}

/** Moves fields that only the second preset has next to the rest of their group, such as `net.lrn`. */
function inOrder(paths: readonly string[]): string[] {
  const groups = paths.map((path) => path.split(/[.[]/, 2).join('.'));
  const rank = new Map([...new Set(groups)].map((group, i) => [group, i]));
  return paths
    .map((path, i) => ({ path, at: rank.get(groups[i] ?? '') ?? 0 }))
    .sort((left, right) => left.at - right.at)
    .map(({ path }) => path);
}

/** The field at a path, or the enclosing group if it is `null`. */
function nearest(fields: Fields, path: string): CitedValue | undefined {
  for (let at = path; at !== ''; at = enclosing(at)) {
    const field = fields.get(at);
    if (field) return field;
  }
  return undefined;
}

/** The enclosing path: `net.convs` for `net.convs[2]`, and `net` for `net.convs`. */
function enclosing(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('.'), path.lastIndexOf('[')));
}

/** Compares values, which are numbers, strings, booleans, null and lists of these. */
function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
