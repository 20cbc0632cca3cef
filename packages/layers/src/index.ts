export * from '@alexnet/dropout';
export * from '@alexnet/grouped-conv';
export * from '@alexnet/locally-connected';
export * from '@alexnet/lrn';
export * from '@alexnet/overlapping-pool';
export { registerLayers } from './register-layers.js';
