export { permutation } from './permutation.js';
export { type RandomStream, randomStream } from './random-stream.js';
