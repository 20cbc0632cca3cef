import type { ConvBlock, Net } from './net.js';

/** `conv1`, `lrn1` or `pool1`: a layer of the first convolution's block, which has the index 0. */
export function convName(index: number, kind = 'conv'): string {
  return `${kind}${1 + index}`;
}

/** `fc6` or `drop6` for the first dense layer, which has the index 0; `fc6` also follows six convolutions. */
export function denseName(index: number, kind = 'fc'): string {
  return `${kind}${6 + index}`;
}

/** The endings of layer names in each tower: `conv1a` and `conv1b`, or just `conv1`. */
export function towerSuffixes({ towers }: Pick<Net, 'towers'>): readonly string[] {
  return towers === 2 ? ['a', 'b'] : [''];
}

/** Whether a tower's convolution reads the outputs of all towers; the first one reads the whole image. */
export function readsAllTowers({ convs }: Net, index: number): boolean {
  return index === 0 || (convs[index] as ConvBlock).readsAllTowers;
}

/** Red, green and blue. */
export const imageChannels = 3;

/** The channels of all towers before a convolution; the index after the last convolution stands for fc6. */
export function channelsBefore({ convs }: Net, index: number): number {
  return convs[index - 1]?.filters ?? imageChannels;
}

/** How many channels a tower's convolution reads. */
export function inputChannels(net: Net, index: number): number {
  return channelsBefore(net, index) / (readsAllTowers(net, index) ? 1 : net.towers);
}
