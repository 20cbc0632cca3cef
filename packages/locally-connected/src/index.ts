export { type LocallyConnected2dOptions, locallyConnected2d } from './locally-connected2d.js';
export { LocallyConnected2D, type LocallyConnected2DArgs } from './locally-connected2d-layer.js';
