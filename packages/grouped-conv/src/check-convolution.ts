import { describeValue, requirePair, requireWhole } from '@alexnet/validate';

/** @throws RangeError unless `groups` divides both the channels and the filters. */
export function checkGroups(groups: number, channels: number, filters: number): void {
  requireWhole('groups', groups, 1, 'groupedConv2d');
  if (channels % groups !== 0 || filters % groups !== 0) {
    throw new RangeError(
      `groups must divide channels (${channels}) and filters (${filters}) (groupedConv2d), got ${groups}.`,
    );
  }
}

/**
 * Both as pairs. @throws RangeError unless the strides or the dilation are 1, as no backend supports both.
 */
export function requireDistances(
  strides: number | readonly number[],
  dilationRate: number | readonly number[],
  caller: string,
): { strides: [number, number]; dilationRate: [number, number] } {
  const steps = requirePair('strides', strides, caller);
  const dilation = requirePair('dilationRate', dilationRate, caller);
  if (Math.max(...steps) > 1 && Math.max(...dilation) > 1) {
    throw new RangeError(
      `dilationRate must be 1 where strides are not (${caller}), got ${describeValue(dilationRate)} and strides ${describeValue(strides)}.`,
    );
  }
  return { strides: steps, dilationRate: dilation };
}
