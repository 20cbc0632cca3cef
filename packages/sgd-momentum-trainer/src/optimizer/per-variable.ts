import { describeValue } from '@alexnet/validate';
import type * as tf from '@tensorflow/tfjs-core';

/**
 * A learning rate or a weight decay: one number for every variable, or a default and what differs from it.
 *
 * @example
 * const learningRate: PerVariable = { default: 0.01, biases: 0.02, layers: { conv1: 0 } };
 */
export type PerVariable = number | VariableValues;

/** Values for all variables; the most specific entry counts. */
export interface VariableValues extends LayerValues {
  /** Values of single layers, by the layer's name. They take precedence over `default` and `biases`. */
  layers?: Readonly<Record<string, number | LayerValues>>;
}

/** The values of a group of variables. */
export interface LayerValues {
  default: number;
  /**
   * The value of biases, which are the variables of rank 1 and those that a layer names `bias`, of any rank.
   * Default the same as `default`.
   */
  biases?: number;
}

/** What a value depends on. */
type Named = Pick<tf.Variable, 'name' | 'rank'>;

/** The value for one variable. */
export function valueFor(setting: PerVariable, variable: Named): number {
  if (typeof setting === 'number') return setting;
  const { layers = {} } = setting;
  const layer = layerOf(variable.name);
  const values = Object.hasOwn(layers, layer) ? (layers[layer] as number | LayerValues) : setting;
  if (typeof values === 'number') return values;
  return isBias(variable) ? (values.biases ?? values.default) : values.default;
}

/** By its rank, or by its name ('local3/bias_1'), because biases of `LocallyConnected2D` have rank 3. */
function isBias({ name, rank }: Named): boolean {
  return rank === 1 || /\/bias(_\d+)?$/.test(name);
}

/** The value of variables without a more specific entry. */
export function defaultOf(setting: PerVariable | LayerValues): number {
  return typeof setting === 'number' ? setting : setting.default;
}

/** The `default` of each layer that has its own values. */
export function layerDefaults(setting: PerVariable): Record<string, number> {
  const layers = typeof setting === 'number' ? {} : (setting.layers ?? {});
  return Object.fromEntries(Object.entries(layers).map(([layer, values]) => [layer, defaultOf(values)]));
}

/**
 * The layer of a variable: 'conv1' for 'conv1/kernel_1'. A variable without a layer counts as one, by its own
 * name.
 */
export function layerOf(variable: string): string {
  const end = variable.lastIndexOf('/');
  return end === -1 ? variable : variable.slice(0, end);
}

/** A frozen copy. @throws RangeError unless every number is finite and >= 0, TypeError for an unknown key. */
export function checkedPerVariable(name: string, value: PerVariable, caller: string): PerVariable {
  if (!isObject(value)) return checkedNumber(name, value, caller);
  const { layers, ...values } = value;
  const checked = checkedValues(name, values, ['default', 'biases', 'layers'], caller);
  if (layers === undefined) return checked;
  if (!isObject(layers)) {
    throw new TypeError(
      `${name}.layers must be an object of layers' values (${caller}), got ${describeValue(layers)}.`,
    );
  }
  const own = Object.entries(layers).map(([layer, of]) => {
    const path = `${name}.layers.${layer}`;
    const isValues = isObject(of);
    return [
      layer,
      isValues ? checkedValues(path, of, ['default', 'biases'], caller) : checkedNumber(path, of, caller),
    ];
  });
  return Object.freeze({ ...checked, layers: Object.freeze(Object.fromEntries(own)) });
}

/** @throws RangeError unless every layer that the setting names is in `known`. */
export function requireLayers(
  name: string,
  setting: PerVariable,
  known: ReadonlySet<string>,
  caller: string,
): void {
  const unknown = Object.keys(layerDefaults(setting)).find((layer) => !known.has(layer));
  if (unknown === undefined) return;
  throw new RangeError(
    `${name}.layers must name layers of the model that have weights (${caller}), got '${unknown}'.`,
  );
}

function checkedValues(
  name: string,
  values: LayerValues,
  keys: readonly string[],
  caller: string,
): LayerValues {
  const unknown = Object.keys(values).find((key) => !keys.includes(key));
  if (unknown !== undefined) {
    throw new TypeError(`${name} must have the keys ${keys.join(', ')} (${caller}), got '${unknown}'.`);
  }
  const { default: rest, biases } = values;
  return Object.freeze({
    default: checkedNumber(`${name}.default`, rest, caller),
    ...(biases !== undefined && { biases: checkedNumber(`${name}.biases`, biases, caller) }),
  });
}

/** @throws RangeError unless the value is a finite number >= 0. */
export function checkedNumber(name: string, value: unknown, caller: string): number {
  if (Number.isFinite(value) && (value as number) >= 0) return value as number;
  throw new RangeError(`${name} must be a finite number >= 0 (${caller}), got ${describeValue(value)}.`);
}

function isObject<T>(value: T): value is T & object {
  return typeof value === 'object' && value !== null;
}
