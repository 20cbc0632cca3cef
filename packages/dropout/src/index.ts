export { AlexNetDropout, type AlexNetDropoutArgs } from './alexnet-dropout.js';
export { type Columns, type DropoutMode, type DropoutOptions, dropout } from './dropout.js';
