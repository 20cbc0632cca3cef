export type { Padding2D } from './check-convolution.js';
export { type GroupedConv2dOptions, groupedConv2d } from './grouped-conv2d.js';
export { GroupedConv2D, type GroupedConv2DArgs } from './grouped-conv2d-layer.js';
