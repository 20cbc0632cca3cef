export { type OverlappingMaxPoolOptions, overlappingMaxPool } from './overlapping-max-pool.js';
export {
  OverlappingMaxPooling2D,
  type OverlappingMaxPooling2DArgs,
} from './overlapping-max-pooling2d-layer.js';
