export { AlexNetDropout, type AlexNetDropoutArgs } from './alexnet-dropout-layer.js';
export { type DropoutMode, type DropoutOptions, dropout } from './dropout.js';
export type { Columns } from './dropout-mask.js';
