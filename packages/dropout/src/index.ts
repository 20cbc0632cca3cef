export { AlexNetDropout, type AlexNetDropoutArgs } from './alexnet-dropout-layer.js';
export { type Columns, type DropoutMode, type DropoutOptions, dropout } from './dropout.js';
