export { averageViews } from './average-views.js';
export { centerCrop } from './center-crop.js';
export { centerView } from './center-view.js';
export type { CropView, ImageSize } from './crop-view.js';
export { type DrawViewOptions, drawView } from './draw-view.js';
export { type GridCropsOptions, gridCrops } from './grid-crops.js';
export { type RandomCropOptions, randomCrop } from './random-crop.js';
export { type CropOptions, tenCrop } from './ten-crop.js';
export { tenCropViews, type ViewGeometry } from './ten-crop-views.js';
