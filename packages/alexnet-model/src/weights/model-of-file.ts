import { describeValue, requireKnownOptions } from '@alexnet/validate';
import type * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { buildOrDispose } from '../build-or-dispose.js';
import type { Net } from '../net.js';
import { buildNetwork } from '../network.js';
import { type PresetName, presets } from '../presets/presets.js';
import { netOf } from '../resolve-net.js';
import type { ClassOrder } from './class-order.js';
import { type Description, describe } from './describe.js';
import { checkDescription, readDescription, requireClassCount } from './description.js';
import { fitNet } from './fit-net.js';
import { pairTensors } from './pair-tensors.js';
import { type Preprocessing, preprocessingOf } from './preprocessing.js';
import { torchNames } from './pytorch/torch-names.js';
import { unwrappedName } from './pytorch/unwrapped-name.js';
import { setWeights } from './set-weights.js';
import type { WeightFile } from './weight-file.js';
import type { WeightTensor } from './weight-tensor.js';

/** What `importWeights` may be unable to read from the file. */
export interface ImportWeightsOptions {
  /** The name of the file in errors. Default 'weights'. */
  name?: string;
  /**
   * The net that the weights belong to. Default the net that the file describes, or torchvision's if the
   * weights have its names.
   */
  preset?: PresetName | Net;
  /** Side of the input in pixels. Default the net's. */
  imageSize?: number;
  /**
   * The order of the channels that the file's first layer reads. Default 'BGR' for Caffe, 'RGB' for others.
   */
  channelOrder?: 'RGB' | 'BGR';
  /** Default the file's own, or the preset's. */
  preprocessing?: Preprocessing;
  /** The order of the outputs. Default the file's own or, for 1000 classes that it does not list, 'sorted'. */
  classes?: ClassOrder;
}

/** A model with the weights of a file. */
export interface ImportedWeights {
  model: tfl.LayersModel;
  format: 'caffe' | 'pytorch' | 'safetensors' | 'tfjs';
  net: Net;
  /** What must be done to an image first; absent if neither the file nor the preset says. */
  preprocessing?: Preprocessing;
  /** Why the mean is the preset's; absent if the file or the caller gave the mean. */
  assumedMean?: string;
  /** The order of the outputs; absent if it is not known. */
  classes?: ClassOrder;
  /** Why the order is assumed to be that of published ImageNet weights; absent if it is known. */
  assumedClasses?: string;
}

/** Does the work of `importWeights`, which loads this code when it is called. */
export async function modelOfFile(
  file: Uint8Array | tf.io.ModelArtifacts,
  options: ImportWeightsOptions,
): Promise<ImportedWeights> {
  requireKnownOptions(options, optionNames, 'importWeights');
  const { name = 'weights', preset } = options;
  const chosen = preset === undefined ? undefined : netOf(preset, 'importWeights');
  let model: tfl.LayersModel | undefined;
  try {
    const { format, content } = await read(file);
    const weights = { ...content, channelOrder: options.channelOrder ?? content.channelOrder };
    const known = chosen ?? weights.net ?? torchvisionByName(weights);
    if (!known) throw new RangeError('it does not say which net its weights belong to; set preset');
    const imageSize = options.imageSize ?? known.imageSize;
    if (!Number.isInteger(imageSize) || imageSize < 1) {
      throw new RangeError(`imageSize must be a whole number >= 1, got ${imageSize}`);
    }
    const { net, classes } = fitNet({ ...known, imageSize }, weights);
    const { description, assumed } = describedBy({ format, weights, known, net, classes }, options);
    model = buildOrDispose(() => buildNetwork({ net, classes, seed: 0 }));
    await setWeights(model, net, weights);
    describe(model, description);
    return { model, format, ...description, ...assumed };
  } catch (error) {
    model?.dispose();
    throw new Error(`${name}: ${(error as Error).message}.`, { cause: error });
  }
}

/** What a file and the options say about its model, and what is assumed because neither does. */
function describedBy(
  file: { format: ImportedWeights['format']; weights: WeightFile; known: Net; net: Net; classes: number },
  options: ImportWeightsOptions,
): { description: Description; assumed: Pick<ImportedWeights, 'assumedMean' | 'assumedClasses'> } {
  const { format, weights, known, net } = file;
  const preprocessing = options.preprocessing ?? weights.preprocessing ?? usual(options.preset, known);
  const reason = weights.preprocessing ? weights.assumedMean : 'it has no preprocessing';
  const isMeanAssumed = !options.preprocessing && preprocessing && reason !== undefined;
  const listed = options.classes ?? weights.classes;
  const classes = listed ?? usualClasses(format, weights, file.classes);
  requireClassCount(classes, file.classes);
  return {
    description: checkDescription({ net, preprocessing, classes }),
    assumed: {
      ...(isMeanAssumed && { assumedMean: reason }),
      ...(!listed && classes && { assumedClasses: 'it does not list its classes' }),
    },
  };
}

const optionNames = ['name', 'preset', 'imageSize', 'channelOrder', 'preprocessing', 'classes'];

/** Recognizes a format by the first bytes of the file, and loads the code that reads it. */
async function read(
  source: Uint8Array | tf.io.ModelArtifacts,
): Promise<{ format: ImportedWeights['format']; content: WeightFile }> {
  if (!(source instanceof Uint8Array)) {
    if (Object.prototype.toString.call(source) !== '[object Object]') {
      throw new TypeError(`weights must be a Uint8Array or ModelArtifacts, got ${describeValue(source)}`);
    }
    return { format: 'tfjs', content: (await import('./tfjs-artifacts.js')).readTfjs(source) };
  }
  // a plain view of a Node Buffer, whose own slice() would not copy
  const file = new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  const begins = (...bytes: number[]): boolean => bytes.every((byte, i) => file[i] === byte);
  if (hasJsonHeader(file)) return fromSafetensors(file); // first, as its length may begin like another format
  if (begins(0x50, 0x4b)) {
    const { readPyTorchZip } = await import('./pytorch/pytorch-zip.js');
    return { format: 'pytorch', content: fromPyTorch(await readPyTorchZip(file)) };
  }
  if (begins(0x80)) {
    const { readPyTorchLegacy } = await import('./pytorch/pytorch-legacy.js');
    return { format: 'pytorch', content: fromPyTorch(readPyTorchLegacy(file)) };
  }
  if (file[8] === openingBrace) return fromSafetensors(file);
  if (begins(0x0a) || begins(0x12) || begins(0xa2, 0x06)) {
    return { format: 'caffe', content: (await import('./caffe/caffe.js')).readCaffe(file) };
  }
  throw new RangeError('it is not a .caffemodel, .pth or .safetensors file, or too short to tell');
}

const openingBrace = 0x7b;

/** Whether the file begins with the length of a JSON header that fits into the file. */
function hasJsonHeader(file: Uint8Array): boolean {
  if (file.length < 9 || file[8] !== openingBrace) return false;
  const length = new DataView(file.buffer, file.byteOffset).getBigUint64(0, true);
  return length <= BigInt(file.length - 8);
}

async function fromSafetensors(file: Uint8Array): Promise<{ format: 'safetensors'; content: WeightFile }> {
  const { readSafetensors } = await import('./safetensors/safetensors.js');
  const { tensors, metadata } = readSafetensors(file);
  return { format: 'safetensors', content: { ...fromPyTorch(tensors), ...readDescription(metadata) } };
}

function fromPyTorch(tensors: readonly WeightTensor[]): WeightFile {
  return { layers: pairTensors(tensors), layout: 'OIHW', channelOrder: 'RGB' };
}

/** The net of torchvision, if the weights have its names, which no other net has. */
function torchvisionByName({ layers }: WeightFile): Net | undefined {
  const names = torchNames(presets.torchvision.net);
  const isTorchvision =
    layers.length === names.length &&
    names.every((name, i) => `.${unwrappedName(layers[i]?.name ?? '')}`.endsWith(`.${name}`));
  return isTorchvision ? presets.torchvision.net : undefined;
}

function usual(preset: ImportWeightsOptions['preset'], net: Net): Preprocessing | undefined {
  if (typeof preset === 'string') return preprocessingOf(preset);
  return net === presets.torchvision.net ? preprocessingOf('torchvision') : undefined;
}

/** Published weights for ImageNet's 1000 classes follow the sorted WordNet IDs, whatever program trained them. */
function usualClasses(
  format: ImportedWeights['format'],
  { net }: WeightFile,
  classes: number,
): ClassOrder | undefined {
  const isOurs = format !== 'caffe' && net !== undefined; // then its order may be the devkit's
  return classes === 1000 && !isOurs ? 'sorted' : undefined;
}
