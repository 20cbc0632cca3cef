export { type GroupedConv2dOptions, groupedConv2d, type Padding2D } from './grouped-conv2d.js';
export { GroupedConv2D, type GroupedConv2DArgs } from './grouped-conv2d-layer.js';
