export { type AugmentPcaOptions, augmentPca } from './augment-pca.js';
export { type ColorShiftOptions, drawColorShift } from './draw-color-shift.js';
export { fitRgbPca } from './fit-rgb-pca.js';
export { imagenetRgbPca } from './imagenet-rgb-pca.js';
export { RgbCovariance, type RgbCovarianceJson } from './rgb-covariance.js';
export type { RgbPca, Triple } from './rgb-pca.js';
