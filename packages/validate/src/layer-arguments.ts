import { requireOneOf } from './require-value.js';

/**
 * What the constructor of every tfjs layer accepts, from its user, from `getConfig` or from
 * `loadLayersModel`.
 */
export const layerArgumentNames: readonly string[] = [
  'name',
  'inputShape',
  'batchInputShape',
  'batchSize',
  'dtype',
  'inputDType',
  'trainable',
  'updatable',
  'weights',
  'customObjects',
];

/**
 * For layers that support `[N, H, W, C]` only.
 *
 * @throws RangeError if `args.dataFormat` is given and is not 'channelsLast'.
 */
export function requireChannelsLast(args: object, caller: string): void {
  const { dataFormat = 'channelsLast' } = args as { dataFormat?: unknown };
  requireOneOf('dataFormat', dataFormat, ['channelsLast'], caller);
}

/**
 * The only input of a layer. tfjs passes either a tensor or a list of one tensor to `call`.
 *
 * @throws TypeError if the list does not have exactly one item.
 */
export function requireSingleInput<T>(inputs: T | T[], caller: string): T {
  if (!Array.isArray(inputs)) return inputs;
  const [only] = inputs as [T];
  if (inputs.length === 1) return only;
  throw new TypeError(`inputs must be one tensor (${caller}), got a list of ${inputs.length}.`);
}
