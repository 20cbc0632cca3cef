export { localResponseNormalization } from './local-response-normalization.js';
export {
  LocalResponseNormalization,
  type LocalResponseNormalizationArgs,
} from './local-response-normalization-layer.js';
export { type LrnOptions, lrnConventions } from './lrn-conventions.js';
export { type SameMapNormalizationOptions, sameMapNormalization } from './same-map-normalization.js';
export { SameMapNormalization, type SameMapNormalizationArgs } from './same-map-normalization-layer.js';
