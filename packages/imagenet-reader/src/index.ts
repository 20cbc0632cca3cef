export type { AugmentOptions, PcaOptions, Rgb } from './batches/augment-options.js';
export type { BatchOptions, PixelBatchOptions, RawBatchOptions } from './batches/batch-options.js';
export type { BatchDataset, TensorBatch } from './batches/batches.js';
export type { RawBatch } from './batches/raw-batch.js';
export type { RawBatches } from './batches/raw-batches.js';
export { type ImageInput, type ImageInputsOptions, imageInputs } from './image-inputs.js';
export { type ImagesOfFolder, listImages } from './list-images.js';
export { openPrepared, type PreparedData } from './open-prepared.js';
export { type PreparePlan, planPrepare } from './prepare/plan-prepare.js';
export { type PrepareReport, prepare } from './prepare/prepare.js';
export type { PrepareOptions, PrepareProgress } from './prepare/prepare-options.js';
export { type SourceDifferenceOptions, sourceDifference } from './prepare/source-difference.js';
export type { ImageFormat } from './prepared/image-format.js';
export { isPrepared } from './prepared/is-prepared.js';
export type { SkippedImage } from './prepared/prepared-meta.js';
export type { PreparedImage } from './prepared/stored-images.js';
export { type VerifyOptions, type VerifyReport, verifyPrepared } from './prepared/verify-prepared.js';
export {
  type MatCells,
  type MatNumbers,
  type MatStructs,
  type MatText,
  type MatValue,
  type ReadMat5Options,
  readMat5,
} from './source/devkit/mat5.js';
export type { FileRange, IlsvrcSource, ImageClass, SourceImage, Split } from './source/ilsvrc-source.js';
export { type LeftOut, type LeftOutReason, leftOutText } from './source/left-out.js';
export { type OpenIlsvrcOptions, openIlsvrc } from './source/open-ilsvrc.js';
export { type SplitValidationOptions, splitValidation } from './source/split-validation.js';
