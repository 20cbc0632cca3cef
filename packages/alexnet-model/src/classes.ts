// The entry '@alexnet/alexnet-model/classes': what is stored with a network about its outputs and inputs. It is apart,
// because a page that only builds a network does not load it.
export type { ClassOrder } from './weights/class-order.js';
export { classPermutation } from './weights/class-permutation.js';
export { classesOf, classNamesOf, setClasses } from './weights/classes.js';
export { type ImagenetClass, imagenetClasses } from './weights/imagenet-classes.js';
export { setPreprocessing } from './weights/set-preprocessing.js';
