export type { OneDnnBackend } from './backend.js';
export { type InstalledOneDnn, installOneDnn } from './install/install-onednn.js';
export { SameMapNorm, type SameMapNormAttrs } from './kernels/same-map-norm.js';
export { SameMapNormGrad } from './kernels/same-map-norm-grad.js';
export {
  SgdMomentumUpdate,
  type SgdMomentumUpdateAttrs,
  type SgdMomentumUpdateInputs,
} from './kernels/sgd-momentum-update.js';
export { findOneDnn, type OneDnnSearch, type OneDnnSource } from './library/find-onednn.js';
export { OneDnnError } from './library/onednn-error.js';
export type { OneDnnInfo } from './native/load-onednn.js';
export { type OneDnnOptions, registerOneDnnBackend } from './register.js';
export { trimOneDnnMemory } from './trim-memory.js';
export type { OneDnnMemory } from './values/onednn-memory.js';
