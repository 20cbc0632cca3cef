export type { Padding2D } from '@alexnet/validate';
export { type GroupedConv2dOptions, groupedConv2d } from './grouped-conv2d.js';
export { GroupedConv2D, type GroupedConv2DArgs } from './grouped-conv2d-layer.js';
export { PaddedConv2D, type PaddedConv2DArgs, type PaddedConv2DSubclass } from './padded-conv2d.js';
