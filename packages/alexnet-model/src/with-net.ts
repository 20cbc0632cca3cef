import type { ConvBlock, Net } from './net.js';
import type { Preset } from './preset.js';

interface Variant {
  description: string;
  source: string;
  net: Partial<Net>;
}

/** A preset whose net differs from another's in the given fields. */
export function withNet(base: Preset, { description, source, net }: Variant): Preset {
  return { ...base, description, source, net: { ...base.net, ...net } };
}

/** A preset whose net differs from another's in the given fields and in every convolution as `convs` says. */
export function withConvs(
  base: Preset,
  variant: Variant & { convs: (conv: ConvBlock, index: number) => ConvBlock },
): Preset {
  return withNet(base, { ...variant, net: { ...variant.net, convs: base.net.convs.map(variant.convs) } });
}
