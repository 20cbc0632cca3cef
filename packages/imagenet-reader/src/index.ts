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
export { type PreparePlan, planPrepare } from './plan-prepare.js';
export { type PrepareReport, prepare } from './prepare.js';
export type { PrepareOptions, PrepareProgress } from './prepare-options.js';
export type { SkippedImage } from './prepared-meta.js';
export type { RawBatch } from './raw-batch.js';
export type { RawBatches } from './raw-batches.js';
export { type VerifyOptions, type VerifyReport, verifyPrepared } from './verify-prepared.js';
