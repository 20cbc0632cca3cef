export { averageViews } from './average-views.js';
export { centerCrop, centerView } from './center-crop.js';
export type { CropView, ImageSize, ViewGeometry } from './crop-view.js';
export { type GridCropsOptions, gridCrops } from './grid-crops.js';
export { type DrawViewOptions, drawView, type RandomCropOptions, randomCrop } from './random-crop.js';
export { type CropOptions, tenCrop, tenCropViews } from './ten-crop.js';
