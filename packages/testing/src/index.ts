export { expectAllClose } from './expect-all-close.js';
export { expectGradient } from './expect-gradient.js';
export { expectLayerContract } from './expect-layer-contract.js';
export { type Image4D, image4D, randomImage } from './image-4d.js';
export { readVectors, type StoredArray, type Vectors, valuesOf, vectorFolder } from './vectors.js';
