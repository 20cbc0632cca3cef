import type { ConvBlock, Net } from './net.js';

/** `conv1`, `lrn1` or `pool1`: a layer of the first convolution's block, which has the index 0. */
export function convName(index: number, kind = 'conv'): string {
  return `${kind}${1 + index}`;
}

/** `fc6` or `drop6` for the first dense layer, index 0: in a net of six convolutions too. */
export function denseName(index: number, kind = 'fc'): string {
  return `${kind}${6 + index}`;
}

/** What the names of a tower's own layers end in: `conv1a` and `conv1b`, or just `conv1`. */
export function towerSuffixes({ towers }: Pick<Net, 'towers'>): readonly string[] {
  return towers === 2 ? ['a', 'b'] : [''];
}

/**
 * Whether each tower's convolution reads the outputs of all towers: the image for the first one, or sec. 3.2.
 */
export function readsAllTowers({ convs }: Net, index: number): boolean {
  return index === 0 || (convs[index] as ConvBlock).readsAllTowers;
}

/** Red, green and blue. */
export const imageChannels = 3;

/** The channels, over all towers, before a convolution; before fc6 for the index after the last one. */
export function channelsBefore({ convs }: Net, index: number): number {
  return convs[index - 1]?.filters ?? imageChannels;
}

/** How many channels a tower's convolution reads. */
export function inputChannels(net: Net, index: number): number {
  return channelsBefore(net, index) / (readsAllTowers(net, index) ? 1 : net.towers);
}
