export type { AugmentOptions, PcaOptions, Rgb } from './augment-options.js';
export type { BatchOptions, PixelBatchOptions, RawBatchOptions } from './batch-options.js';
export type { BatchDataset, TensorBatch } from './batches.js';
export type { FileRange, IlsvrcSource, ImageClass, SourceImage, Split } from './ilsvrc-source.js';
export type { ImageFormat } from './image-format.js';
export {
  type MatCells,
  type MatNumbers,
  type MatStructs,
  type MatText,
  type MatValue,
  type ReadMat5Options,
  readMat5,
} from './mat5.js';
export { type OpenIlsvrcOptions, openIlsvrc } from './open-ilsvrc.js';
export { openPrepared, type PreparedData, type PreparedImage } from './open-prepared.js';
export { type PrepareOptions, type PrepareReport, prepare } from './prepare.js';
export type { SplitProgress } from './prepare-split.js';
export type { SkippedImage } from './prepared-meta.js';
export type { RawBatch } from './raw-batch.js';
export type { RawBatches } from './raw-batches.js';
