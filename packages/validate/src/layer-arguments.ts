import { requireOneOf } from './require-value.js';

/** What the constructor of every layer of tfjs takes: from its user, from `getConfig`, from `loadLayersModel`. */
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
 * For layers that know `[N, H, W, C]` only.
 *
 * @throws RangeError if `args.dataFormat` is anything but 'channelsLast'.
 */
export function requireChannelsLast(args: object, of: string): void {
  const { dataFormat = 'channelsLast' } = args as { dataFormat?: unknown };
  requireOneOf('dataFormat', dataFormat, ['channelsLast'], of);
}
