export { limitSpinning } from './limit-spinning.js';
export { type PinOptions, pinLibrary } from './pin-library.js';
export { ReluGrad, registerReluGradient } from './relu-gradient.js';
export {
  type ConvolutionAttributes,
  convolutionGeometry,
  geometryKey,
  type PoolingAttributes,
  poolingGeometry,
  type WindowGeometry,
} from './window-geometry.js';
